package dev.whence.learn;

import dev.whence.data.Features;
import dev.whence.data.Labels;

/**
 * Real labels with mean 0 and standard deviation 1 over S; a prediction z of such a label is shift
 * + scale·z in the unit of the given labels.
 *
 * @param values labels, standardised
 * @param shift mean of the given labels
 * @param scale standard deviation of the given labels; 1 where it is 0
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
