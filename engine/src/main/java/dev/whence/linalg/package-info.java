/**
 * Two libraries of kernels, {@link dev.whence.linalg.dense} and {@link dev.whence.linalg.count},
 * and the choice among the implementations of each kernel.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg;
