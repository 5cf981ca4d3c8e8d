/**
 * Kernels that train: dense layers, whose weights lie in strips of 16 columns, and convolutions.
 * Scalar code is the specification.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg.dense;
