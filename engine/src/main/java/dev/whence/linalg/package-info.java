/**
 * Hot kernels: dense layers on panels, bit-packed masks, Gram products. Scalar code is the
 * specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg;
