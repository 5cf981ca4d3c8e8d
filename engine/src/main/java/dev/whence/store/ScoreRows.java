package dev.whence.store;

import dev.whence.base.Api;
import java.io.IOException;

/**
 * Scores Θ of every training unit for every target, [n, d], by any method. They are read one target
 * at a time, so that Θ need not fit in memory. A score is positive where the unit's presence in a
 * subset raises the output.
 */
@Api
public interface ScoreRows {

  /** Returns n, the number of targets. */
  int targets();

  /** Returns d, the number of units. */
  int units();

  /** Returns the scores for target {@code t}, [d]. */
  float[] row(int t) throws IOException;

  /** Receives the scores of one target after the other. */
  interface Visitor {
    /**
     * @param scores scores for target {@code t}, [d]; the array is overwritten for the next target
     */
    void row(int t, float[] scores) throws IOException;
  }

  /** Reads Θ from the first target to the last. */
  void forEach(Visitor visitor) throws IOException;
}
