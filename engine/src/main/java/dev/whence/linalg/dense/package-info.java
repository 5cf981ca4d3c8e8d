/**
 * Kernels that train: dense layers on strips of 16 columns, convolutions. Scalar code is the
 * specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg.dense;
