package dev.whence.torch.architecture;

import org.bytedeco.pytorch.global.torch;

/** What self-supervised methods put on a representation. */
public final class Head {

  private Head() {}

  /**
   * Declares a perceptron with one hidden layer, normalised over the minibatch: [n, in] to [n,
   * out].
   */
  public static Layer perceptron(
      Parameters parameters, String name, long in, long hidden, long out) {
    Layers layers = new Layers(parameters);
    return layers
        .linear(name + ".0", in, hidden)
        .then(layers.batchNorm(name + ".1", hidden))
        .then((x, training) -> torch.relu(x))
        .then(layers.linear(name + ".3", hidden, out));
  }
}
