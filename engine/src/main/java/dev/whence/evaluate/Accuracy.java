package dev.whence.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * The part of the targets that models are right about, told from their outputs. Targets in S do not
 * count: models may have been trained on them.
 */
public final class Accuracy {

  private Accuracy() {}

  /**
   * Returns the mean accuracy of models; null where the output does not tell it.
   *
   * @param output name of the output: a positive margin is right, and correctness says so
   * @param outputs outputs of models on targets, [any, n]
   * @param units for each target the unit of S that it belongs to, or −1; [n]
   */
  public static @Nullable Double of(String output, float[] outputs, int[] units) {
    if (!output.equals("margin") && !output.equals("correctness")) {
      return null;
    }
    long right = 0;
    long all = 0;
    for (int i = 0; i < outputs.length; i++) {
      if (units[i % units.length] < 0) {
        right += outputs[i] > 0 ? 1 : 0;
        all++;
      }
    }
    return all == 0 ? null : (double) right / all;
  }
}
