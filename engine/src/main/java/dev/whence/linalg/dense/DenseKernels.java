package dev.whence.linalg.dense;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * The kernels in which training a dense network spends most of its time.
 *
 * <p>Every implementation gives the same bits: each element is computed by the operations of {@link
 * ScalarDenseKernels} in the order written there (in products, one chain of fused multiply-adds),
 * and the lanes of a vector are different elements, so neither the vector width nor the number of
 * rows taken together can change a result. {@code DenseKernelsTest} compares the bits of all
 * implementations.
 */
public sealed interface DenseKernels
    permits ScalarDenseKernels, Vector256DenseKernels, Vector512DenseKernels {

  /** Returns the name by which this implementation is shown and forced. */
  String name();

  /**
   * Computes {@code z = x·w + bias}.
   *
   * @param x inputs of the layer, [count, inputs]
   * @param w weights, [inputs, outputs]
   * @param bias [pad(outputs)]
   * @param z outputs, row-major [count, stride]
   * @param stride floats from one row of z to the next, at least pad(outputs)
   */
  void affine(Rows x, Strips w, float[] bias, float[] z, int stride);

  /**
   * Computes the gradient {@code xᵀ·dz} of a layer's weights and takes an SGD step with it, part by
   * part, so that the gradient stays in the nearest cache.
   *
   * @param x inputs of the layer, [count, w.rows]
   * @param dz gradient of the mean loss with respect to the layer's outputs, row-major [count,
   *     stride]
   * @param space working memory with room for count rows and the layer's outputs
   */
  void descend(
      Rows x, float[] dz, int stride, Strips w, Strips velocity, SgdStep step, Workspace space);

  /**
   * Writes the sums over rows: {@code sums[c] = Σ z[i·stride + c]}, i in [0, count) in order.
   *
   * @param stride number of columns, a multiple of 16
   */
  void columnSums(float[] z, int count, int stride, float[] sums);

  /**
   * Sets to 0 each of the first {@code n} gradients whose activation is not above 0: the derivative
   * of ReLU.
   */
  void gate(float[] gradient, float[] activations, int n);

  /**
   * Replaces each of the {@code n} values from index {@code offset} on by its exponential; values
   * must be at most 0.
   */
  void exp(float[] values, int offset, int n);

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<DenseKernels> available() {
    return KernelChoice.vectorModulePresent()
        ? VectorProvider.dense()
        : List.of(new ScalarDenseKernels());
  }

  /** Returns the implementation for this machine: the widest, unless a property forces another. */
  static DenseKernels create() {
    DenseKernels forced =
        KernelChoice.forced(KernelChoice.PROPERTY, available(), DenseKernels::name);
    int bits = KernelChoice.bits();
    return forced != null ? forced : available().get(bits >= 512 ? 2 : bits >= 256 ? 1 : 0);
  }
}
