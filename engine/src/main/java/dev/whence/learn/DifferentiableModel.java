package dev.whence.learn;

import dev.whence.data.Features;

/**
 * A trained model's view for attribution: outputs, representations, gradients; used by one thread.
 */
public interface DifferentiableModel {

  /** A function of a model's outputs for one example, by its derivative. */
  @FunctionalInterface
  interface OutputGradient {
    /**
     * Writes the derivative of the function with respect to each of an example's outputs.
     *
     * @param example which of the examples asked about
     * @param z outputs, this example's {@code gradient.length} from {@code from}
     */
    void at(int example, float[] z, int from, float[] gradient);
  }

  /** Returns the number of parameters. */
  long parameters();

  /** Returns the width of the representation. */
  int width();

  /** Returns outputs [rows, outputs]: logits, or predictions. */
  float[] outputs(Features x);

  /** Returns the representation of each example, the input of the last layer: [rows, width]. */
  float[] features(Features x);

  /** Returns the number of values that a projection leaves of a gradient. */
  int size(GradientProjection projection);

  /**
   * Returns the gradient of {@code output} at each example with respect to the parameters,
   * projected: [rows, size].
   */
  float[] gradients(Features x, OutputGradient output, GradientProjection projection);
}
