package dev.whence.linalg.dense;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * The kernels in which training a network of dense layers spends most of its time.
 *
 * <p>Every implementation gives the same bits: each element is computed by the operations of {@link
 * ScalarDenseKernels} in the order written there (in products, one chain of fused multiply-adds),
 * and the lanes of a vector are different elements, so neither the vector width nor the number of
 * rows taken together can change a result. {@code DenseKernelsTest} compares the bits of all
 * implementations.
 */
public sealed interface DenseKernels
    permits ScalarDenseKernels, Vector256DenseKernels, Vector512DenseKernels {

  /** Returns the implementation's name: in messages, and for the property that forces it. */
  String name();

  /**
   * Computes the outputs of a dense layer for a minibatch, {@code z = x·w + bias}.
   *
   * @param x inputs of the layer, [count, inputs]
   * @param w weights, [inputs, outputs]
   * @param bias [pad(outputs)]; pad rounds up to a multiple of 16: {@link Strips#pad}
   * @param z outputs of the layer, row-major [count, stride]
   * @param stride floats from one row of z to the next, at least pad(outputs)
   */
  void affine(Rows x, Strips w, float[] bias, float[] z, int stride);

  /**
   * Takes an SGD step of a dense layer's weights with the gradient {@code xᵀ·dz}, computed part by
   * part, so that a part of the gradient stays in the nearest cache until it is used.
   *
   * @param x inputs of the layer, [count, inputs]
   * @param dz gradient of the mean loss with respect to the layer's outputs, row-major [count,
   *     stride]
   * @param w weights, [inputs, outputs]; changed
   * @param velocity momentum of the weights, [inputs, outputs]; changed
   * @param space working memory with room for count rows and the layer's outputs
   */
  void descend(
      Rows x, float[] dz, int stride, Strips w, Strips velocity, SgdStep step, Workspace space);

  /**
   * Writes the sum of each column of {@code z} to {@code sums}: {@code sums[c] = Σ z[i·stride +
   * c]}, i = 0 … count − 1 in this order.
   *
   * @param z row-major, [count, stride]
   * @param stride number of columns, a multiple of 16
   */
  void columnSums(float[] z, int count, int stride, float[] sums);

  /**
   * Sets to 0 each of the first {@code n} elements of {@code gradient} whose activation, the
   * element of {@code activations} with the same index, is not above 0: the derivative of ReLU.
   */
  void gate(float[] gradient, float[] activations, int n);

  /**
   * Replaces x by e^x for each of the {@code n} elements x of {@code values} from index {@code
   * offset} on; each x must be at most 0.
   */
  void exp(float[] values, int offset, int n);

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<DenseKernels> available() {
    return KernelChoice.vectorModulePresent()
        ? VectorProvider.dense()
        : List.of(new ScalarDenseKernels());
  }

  /**
   * Returns the implementation for this machine: on the widest vectors, unless a property forces
   * another.
   */
  static DenseKernels create() {
    DenseKernels forced =
        KernelChoice.forced(KernelChoice.PROPERTY, available(), DenseKernels::name);
    int bits = KernelChoice.bits();
    return forced != null ? forced : available().get(bits >= 512 ? 2 : bits >= 256 ? 1 : 0);
  }
}
