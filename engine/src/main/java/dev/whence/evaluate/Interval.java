package dev.whence.evaluate;

import dev.whence.base.Api;
import java.util.Arrays;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * A number with its uncertainty.
 *
 * @param value the estimate
 * @param low lower end of the 95% interval
 * @param high upper end of the 95% interval
 */
@Api
public record Interval(double value, double low, double high) {

  private static final double UPPER = 0.975;

  /**
   * Returns the 97.5% quantile of Student's t distribution: half the width of a 95% interval in
   * standard errors.
   */
  static double t(double degrees) {
    return new TDistribution(Math.max(1, degrees)).inverseCumulativeProbability(UPPER);
  }

  /**
   * Returns the 95% interval of a correlation, computed on Fisher's scale (artanh) so that it stays
   * within [−1, 1].
   *
   * @param error standard error of {@code value}
   * @param degrees degrees of freedom of the standard error
   */
  static Interval ofCorrelation(double value, double error, double degrees) {
    if (Double.isNaN(error) || degrees < 1) {
      return new Interval(value, -1, 1); // too few subsets to say anything
    }
    double edge = 1 - Math.min(0.5, Math.max(6 / Math.pow(degrees + 1, 3), error));
    double inside = Math.clamp(value, -edge, edge);
    double spread =
        error == 0 && Math.abs(value) == 1
            ? 1 / Math.sqrt(Math.max(1, degrees - 2))
            : error / (1 - inside * inside);
    double z = atanh(inside);
    double width = t(degrees) * spread;
    return new Interval(
        value, Math.min(value, Math.tanh(z - width)), Math.max(value, Math.tanh(z + width)));
  }

  private static double atanh(double r) {
    return 0.5 * Math.log((1 + r) / (1 - r));
  }

  /**
   * Returns the 95% interval of a positive number, computed on the scale of its logarithm; without
   * width where the number is not positive.
   */
  static Interval ofPositive(double value, double error, double degrees) {
    if (!(value > 0)) {
      return new Interval(value, value, value);
    }
    double factor = Math.exp(t(degrees) * error / value);
    return new Interval(value, value / factor, value * factor);
  }

  /**
   * Returns the mean of independent values with the 95% interval of Student's t; of one value
   * without ends.
   */
  public static Interval ofMean(double[] values) {
    int n = values.length;
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double width = n < 2 ? Double.NaN : t(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Interval(mean, mean - width, mean + width);
  }

  /**
   * Returns a quantile of sorted values, linearly interpolated as numpy does; NaN where there are
   * no values.
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
