package dev.whence.evaluate;

import java.util.Arrays;

/**
 * A number with its uncertainty.
 *
 * @param value the estimate
 * @param low lower end of the 95% bootstrap interval
 * @param high its upper end
 */
public record Interval(double value, double low, double high) {

  /**
   * Returns an estimate with the 95% interval of its bootstrap replicates, moved so that their
   * median lies on the estimate; NaN ones are left out.
   *
   * <p>A replicate draws some subsets twice, which makes ties and lowers rank correlations a
   * little; without the move the interval would miss the estimate that it is about.
   */
  static Interval of(double value, double[] replicates) {
    double[] sorted = Arrays.stream(replicates).filter(Double::isFinite).sorted().toArray();
    double shift = value - quantile(sorted, 0.5);
    return new Interval(value, quantile(sorted, 0.025) + shift, quantile(sorted, 0.975) + shift);
  }

  /**
   * Returns a quantile of sorted values, linearly interpolated as numpy does; NaN where there are
   * none.
   */
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
