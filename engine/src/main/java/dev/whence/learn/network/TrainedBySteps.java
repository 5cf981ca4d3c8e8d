package dev.whence.learn.network;

import dev.whence.learn.ExampleGradients;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** A network that stochastic gradient descent trains; used by one thread. */
interface TrainedBySteps {

  /** Draws the initial weights and biases. */
  void initialize(UniformRandomProvider random);

  /**
   * Returns the outputs of the last layer for the rows of {@code x}: [count, pad(outputs)], valid
   * until the next call.
   */
  float[] forward(Rows x);

  /**
   * Takes one step down the gradient of the mean loss over a minibatch.
   *
   * @param examples indices by which {@code loss} finds labels: row i of {@code x} is example
   *     {@code examples[from + i]}
   */
  void step(Rows x, Loss loss, int[] examples, int from, SgdStep step);

  /** Returns the number of parameters. */
  int parameters();

  /** Returns the number of parameters of each part of {@link #gradients}. */
  int[] sizes();

  /** Writes the parameters, layer after layer, to {@code state}, [parameters]. */
  void write(float[] state);

  /** Sets the parameters to those that {@link #write} wrote. */
  void read(float[] state);

  /** Returns the number of inputs of the last layer. */
  int width();

  /** Returns the inputs of the last layer after a forward pass of {@code x}. */
  Rows lastInputs(Rows x);

  /**
   * Returns the gradients of a function of each row's outputs with respect to the parameters, after
   * a forward pass of the same rows.
   *
   * @param dz derivative of the function by the outputs, [count, pad(outputs)]; overwritten
   */
  List<ExampleGradients.Part> gradients(Rows x, float[] dz);
}
