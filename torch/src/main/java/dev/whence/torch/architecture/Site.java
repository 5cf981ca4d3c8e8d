package dev.whence.torch.architecture;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A place where a network uses parameters: how each example's gradient follows from the layer's
 * input x and the gradient δ of its output.
 */
public interface Site {

  /** A matrix of weights' gradient as a sum of outer products over positions: Σ δ aᵀ. */
  record Factors(Tensor outputs, Tensor inputs) {}

  /** Returns the parameters, in order; they follow each other in the flat vector. */
  List<Parameter> parameters();

  /**
   * Returns each example's gradient, [n, size of the parameters], laid out as the flat vector is.
   */
  Tensor gradients(Tensor x, Tensor delta);

  /**
   * Returns δ [n, positions, out] and a [n, positions, in], a 1 for the bias included; or nothing,
   * where the parameters are no matrix of weights.
   */
  default @Nullable Factors factors(Tensor x, Tensor delta) {
    return null;
  }
}
