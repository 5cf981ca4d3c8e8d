/**
 * Kernels that count: 0/1 matrices packed as bits, counts of pairs of columns, products with these
 * counts. Scalar code is the specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg.count;
