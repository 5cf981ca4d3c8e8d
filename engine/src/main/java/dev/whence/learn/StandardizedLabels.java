package dev.whence.learn;

import dev.whence.data.Features;
import dev.whence.data.Labels;

/**
 * Real labels with mean 0 and standard deviation 1 over S; a prediction z of one is shift + scale·z
 * in the labels' unit.
 */
public record StandardizedLabels(float[] values, float shift, float scale) {

  /** Returns the labels standardised. */
  public static StandardizedLabels of(Labels.Reals labels) {
    Features column = new Features(labels.rows(), new int[] {1}, labels.values(), false);
    Standardizer standardizer = Standardizer.of(column);
    return new StandardizedLabels(
        standardizer.apply(column), standardizer.mean()[0], 1 / standardizer.scale()[0]);
  }
}
