package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.Key;
import dev.whence.data.Relabelling;

/** A learner bound to a training set and targets; safe for use by several threads at once. */
@Api
public interface Trainer extends AutoCloseable {

  /** Returns the number of values that a model gives for a target: classes, or 1 in regression. */
  int outputs();

  /**
   * Trains one model and applies it to every target.
   *
   * @param members indices of the examples to train on, increasing * @param changed examples that
   *     have another class in this run
   * @param key of the random numbers of this run; the same key and members give the same bits
   * @return for each set of targets its logits (in regression: predictions), row-major [targets,
   *     outputs]
   * @throws FailedRunException where this run cannot be trained; other runs may succeed
   */
  float[][] run(int[] members, Relabelling changed, Key key);

  /** Trains one model on the labels of S and applies it to every target. */
  default float[][] run(int[] members, Key key) {
    return run(members, Relabelling.NONE, key);
  }

  /** Releases resources outside of the Java heap, such as other processes and native memory. */
  @Override
  default void close() {}
}
