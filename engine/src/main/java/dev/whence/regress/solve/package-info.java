/**
 * Solvers of one target's regression: the LASSO at one λ and along a path, ridge regression by
 * spectrum or Krylov space, duality gaps. {@link dev.whence.regress.solve.PlainLasso} is the
 * specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.regress.solve;
