package dev.whence.learn.network;

import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
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
}
