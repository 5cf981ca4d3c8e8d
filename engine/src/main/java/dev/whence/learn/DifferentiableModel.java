package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.data.Features;
import java.util.List;

/** A trained model as attribution sees it: outputs, embeddings, gradients; used by one thread. */
@Api
public interface DifferentiableModel {

  /** A function of a model's outputs for one example, given by its derivative. */
  @FunctionalInterface
  interface OutputGradient {
    /**
     * Writes the derivative of the function with respect to each of an example's outputs to {@code
     * gradient}.
     *
     * @param example index of the example among the rows of the features
     * @param z outputs; the example's {@code gradient.length} outputs begin at index {@code from}
     */
    void at(int example, float[] z, int from, float[] gradient);
  }

  /** Returns the number of parameters. */
  long parameters();

  /** Returns the number of values of an embedding. */
  int width();

  /** Returns the outputs of each example, [rows, outputs]: logits, or predictions in regression. */
  float[] outputs(Features x);

  /** Returns the embedding of each example, the input of the last layer: [rows, width]. */
  float[] embeddings(Features x);

  /**
   * Returns the gradient of {@code output} at each example with respect to the parameters, in the
   * form in which inner products are cheapest.
   */
  default ExampleGradients gradients(Features x, OutputGradient output) {
    GradientProjection whole = GradientProjection.none(false);
    float[] values = gradients(x, output, whole);
    return new ExampleGradients(x.rows(), List.of(new ExampleGradients.Whole(values, size(whole))));
  }

  /** Returns the number of values of a projected gradient. */
  int size(GradientProjection projection);

  /**
   * Returns the gradient of {@code output} at each example with respect to the parameters,
   * projected: [rows, size].
   */
  float[] gradients(Features x, OutputGradient output, GradientProjection projection);
}
