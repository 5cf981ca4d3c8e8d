package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A learning algorithm A with its hyperparameters. */
@Api
public interface Learner {

  /** Returns the name by which configurations call this learner. */
  String name();

  /** Returns every hyperparameter, with defaults filled in, as the manifest records them. */
  ObjectNode config();

  /**
   * Returns whether a model gives one number for each target that the learner defines itself,
   * whatever the labels are, instead of logits or predictions.
   */
  default boolean scalar() {
    return false;
  }

  /**
   * Prepares the data that all runs share, such as standardised features.
   *
   * @param train the training set S
   * @param targets sets of examples whose outputs are recorded
   */
  Trainer prepare(Dataset train, List<Features> targets);

  /** Prepares the same data; files that the learner needs go to {@code workplace}. */
  default Trainer prepare(Dataset train, List<Features> targets, Workplace workplace) {
    return prepare(train, targets);
  }
}
