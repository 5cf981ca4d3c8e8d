package dev.whence.evaluate;

import java.util.Arrays;

/**
 * A number with its uncertainty.
 *
 * @param value the estimate
 * @param low 2.5th percentile of the bootstrap distribution
 * @param high 97.5th percentile
 */
public record Interval(double value, double low, double high) {

  /** Returns an estimate with the 95% percentile interval of its bootstrap replicates; NaN ones are left out. */
  static Interval of(double value, double[] replicates) {
    double[] sorted = Arrays.stream(replicates).filter(Double::isFinite).sorted().toArray();
    return new Interval(value, quantile(sorted, 0.025), quantile(sorted, 0.975));
  }

  /** Returns a quantile of sorted values, linearly interpolated as numpy does; NaN where there are none. */
  public static double quantile(double[] sorted, double q) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
