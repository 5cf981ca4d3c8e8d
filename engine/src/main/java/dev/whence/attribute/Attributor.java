package dev.whence.attribute;

import dev.whence.base.Api;
import dev.whence.data.Dataset;
import java.io.IOException;

/**
 * A method that scores training examples for targets. A score is the change of the target's output
 * that is predicted when the example is held: larger is more helpful.
 *
 * <p>A method is a record whose components are its settings, each with a {@link
 * dev.whence.learn.Setting}, and a constructor without arguments for the defaults. It is found by
 * {@link java.util.ServiceLoader}.
 */
@Api
public interface Attributor {

  /** Returns the name in commands, such as trak. */
  String name();

  /** Returns what it does and whose it is, in one line. */
  String description();

  /** Returns whether scores are changes of the output; otherwise they only rank examples. */
  boolean inOutputUnits();

  /** Returns what scoring takes. */
  Needs needs(AttributionTask task);

  /** Does what all targets share, such as training models. */
  Scoring prepare(AttributionTask task) throws IOException;

  /**
   * What scoring takes, beside the scores themselves.
   *
   * @param models number of models that are trained
   * @param memory bytes of memory at the most, about
   */
  record Needs(int models, long memory) {}

  /** A method that is ready to score. */
  interface Scoring {
    /**
     * Scores all training examples for some targets.
     *
     * @param targets the targets, all of one set
     * @param first index of the first among all targets of the study
     * @return [targets][examples of S]
     */
    float[][] scores(Dataset targets, int first) throws IOException;

    /** Returns the number of bytes that must stay to answer for another target. */
    long bytes();
  }
}
