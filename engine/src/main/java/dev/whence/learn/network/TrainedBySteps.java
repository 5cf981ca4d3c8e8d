package dev.whence.learn.network;

import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import org.apache.commons.rng.UniformRandomProvider;

/** A network that stochastic gradient descent trains; used by one thread. */
interface TrainedBySteps {

  /** Draws the weights. */
  void initialize(UniformRandomProvider random);

  /**
   * Returns the last layer's values for the rows of {@code x}: [count, pad(outputs)], valid until
   * the next call.
   */
  float[] forward(Rows x);

  /**
   * Takes one step down the gradient of the mean loss over a minibatch.
   *
   * @param examples what {@code loss} knows the rows by, from index {@code from}
   */
  void step(Rows x, Loss loss, int[] examples, int from, SgdStep step);
}
