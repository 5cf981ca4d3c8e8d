package dev.whence.linalg.dense;

import java.util.List;

/**
 * Makes the vector kernels in a class of its own, so that a JVM without the vector module, which
 * never loads this class, needs no class of that module.
 */
final class VectorProvider {

  private VectorProvider() {}

  static List<DenseKernels> dense() {
    return List.of(
        new ScalarDenseKernels(), new Vector256DenseKernels(), new Vector512DenseKernels());
  }

  static List<ConvKernels> convolutions() {
    return List.of(new ScalarConvKernels(), new Vector256ConvKernels());
  }
}
