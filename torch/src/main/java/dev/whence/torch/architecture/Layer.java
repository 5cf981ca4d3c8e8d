package dev.whence.torch.architecture;

import org.bytedeco.pytorch.Tensor;

/** A part of a network: a function of its input and its parameters. */
@FunctionalInterface
public interface Layer {

  /**
   * Applies the layer.
   *
   * @param x a minibatch
   * @param training whether normalisation uses the minibatch's statistics, and records them
   */
  Tensor apply(Tensor x, boolean training);

  /** Returns this layer followed by {@code next}. */
  default Layer then(Layer next) {
    return (x, training) -> next.apply(apply(x, training), training);
  }
}
