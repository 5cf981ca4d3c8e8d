/**
 * Kernels that count: bit-packed masks, pair counts, products with them. Scalar code is the
 * specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg.count;
