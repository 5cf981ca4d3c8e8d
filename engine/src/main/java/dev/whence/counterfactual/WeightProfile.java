package dev.whence.counterfactual;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.regress.NamedScores;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which part of a target's positive weights the unit of each rank carries, and of its negative
 * weights: the mean over targets. A target's own parts have the errors of its weights in them; the
 * mean says how much of a typical target's support goes with units of given ranks.
 */
final class WeightProfile {

  /** Largest number of targets over which the mean is taken. */
  private static final int MOST = 200;

  private final double[] positive;
  private final double[] negative;

  private WeightProfile(double[] positive, double[] negative) {
    this.positive = positive;
    this.negative = negative;
  }

  /**
   * Returns the profile of a fit.
   *
   * @param seed of the study; draws the targets
   */
  static WeightProfile of(NamedScores datamodels, long seed) throws IOException {
    int n = datamodels.rows().targets();
    int[] order = IntStream.range(0, n).toArray();
    Key.shuffle(order, n, new Key(seed, Purpose.SAMPLE, -4).random());
    double[] positive = new double[datamodels.rows().units()];
    double[] negative = new double[positive.length];
    int count = Math.min(n, MOST);
    for (int i = 0; i < count; i++) {
      float[] sorted = datamodels.rows().row(order[i]);
      Arrays.sort(sorted);
      add(positive, sorted, sorted.length - 1, -1, count);
      add(negative, sorted, 0, 1, count);
    }
    return new WeightProfile(positive, negative);
  }

  /** Adds the parts that a target's weights of one sign are, largest first. */
  private static void add(double[] shares, float[] sorted, int first, int step, int count) {
    int length = 0;
    double sum = 0;
    while (length < sorted.length && sorted[first + length * step] * -step > 0) {
      sum += sorted[first + length * step];
      length++;
    }
    for (int r = 0; r < length; r++) {
      shares[r] += sorted[first + r * step] / sum / count;
    }
  }

  /**
   * Returns the effect of taking out units.
   *
   * @param weights the target's weights, [d]
   */
  Effect effect(float[] weights, int[] removed) {
    float[] sorted = weights.clone();
    Arrays.sort(sorted);
    double loss = 0;
    double gain = 0;
    double lossShare = 0;
    double gainShare = 0;
    for (int j : removed) {
      float w = weights[j];
      if (w > 0) {
        loss -= w;
        lossShare += positive[sorted.length - 1 - Arrays.binarySearch(sorted, w)];
      } else if (w < 0) {
        gain -= w;
        gainShare += negative[Arrays.binarySearch(sorted, w)];
      }
    }
    return new Effect(removed.length, loss, gain, lossShare, gainShare);
  }
}
