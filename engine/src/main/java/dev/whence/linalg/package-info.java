/**
 * Kernels in two libraries, {@link dev.whence.linalg.dense} and {@link dev.whence.linalg.count},
 * and how their implementations are chosen.
 */
@org.jspecify.annotations.NullMarked
package dev.whence.linalg;
