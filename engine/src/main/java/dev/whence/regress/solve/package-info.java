/**
 * Solvers of one target's regression: LASSO and paths of λ, spectral ridge, certificates. {@link
 * dev.whence.regress.solve.PlainLasso} is the specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.regress.solve;
