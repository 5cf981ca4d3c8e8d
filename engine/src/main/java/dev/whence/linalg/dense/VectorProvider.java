package dev.whence.linalg.dense;

import java.util.List;

/**
 * Names the vector kernels in a class of their own, which a JVM without the vector module never
 * loads.
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
