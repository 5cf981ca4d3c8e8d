package dev.whence.store;

import java.io.IOException;

/**
 * Scores Θ of every training unit for every target, [n, d], whatever made them; read one target at
 * a time, so that they need not fit in memory. Positive where holding the unit raises the output.
 */
public interface ScoreRows {

  /** Returns n. */
  int targets();

  /** Returns d. */
  int units();

  /** Returns the scores for target {@code t}, [d]. */
  float[] row(int t) throws IOException;

  /** Hears of the scores of one target after the other. */
  interface Visitor {
    /**
     * @param scores for target {@code t}, [d]; overwritten by the next target's
     */
    void row(int t, float[] scores) throws IOException;
  }

  /** Reads Θ from the first target to the last. */
  void forEach(Visitor visitor) throws IOException;
}
