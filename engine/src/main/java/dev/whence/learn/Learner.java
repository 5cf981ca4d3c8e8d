package dev.whence.learn;

import dev.whence.data.Dataset;
import dev.whence.data.Features;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A learning algorithm A with its hyperparameters. */
public interface Learner {

  /** Returns the name by which configurations call it. */
  String name();

  /** Returns every hyperparameter, defaults filled in: what the manifest remembers. */
  ObjectNode config();

  /**
   * Returns whether a model gives one number for each target, of the learner's own choosing,
   * whatever the labels are.
   */
  default boolean scalar() {
    return false;
  }

  /**
   * Prepares what all runs share, such as standardised features.
   *
   * @param train S
   * @param targets sets of examples whose outputs are recorded
   */
  Trainer prepare(Dataset train, List<Features> targets);

  /** Prepares the same; what it needs on disk goes to {@code workplace}. */
  default Trainer prepare(Dataset train, List<Features> targets, Workplace workplace) {
    return prepare(train, targets);
  }
}
