/**
 * The Gram matrix G of the masks, how it is stored, and how many solvers share one reading of it.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.regress.gram;
