package dev.whence.reproduce;

import java.util.Arrays;

/**
 * The omnibus test of normality by skewness and kurtosis (D'Agostino and Pearson 1973), as
 * scipy.stats.normaltest has it.
 */
final class NormalityTest {

  /** Fewest values for which the approximations of skewness and kurtosis are meant. */
  static final int FEWEST = 20;

  private NormalityTest() {}

  /** Returns the probability of values at least as far from normal; NaN of equal values. */
  static double pValue(double[] values) {
    double n = values.length;
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double second = moment(values, mean, 2);
    if (n < FEWEST || !(second > 1e-12 * mean * mean)) {
      return Double.NaN;
    }
    double skewness = skewness(moment(values, mean, 3) / Math.pow(second, 1.5), n);
    double kurtosis = kurtosis(moment(values, mean, 4) / (second * second), n);
    return Math.exp(-(skewness * skewness + kurtosis * kurtosis) / 2); // χ² with 2 degrees
  }

  private static double moment(double[] values, double mean, int order) {
    return Arrays.stream(values).map(v -> Math.pow(v - mean, order)).average().orElse(Double.NaN);
  }

  /** Returns the skewness on a normal scale (D'Agostino 1970). */
  private static double skewness(double skew, double n) {
    double y = skew * Math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)));
    double beta =
        3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
    double squared = Math.sqrt(2 * (beta - 1)) - 1;
    double scaled = y / Math.sqrt(2 / (squared - 1));
    double sign = Math.signum(scaled);
    double asinh = sign * Math.log(Math.abs(scaled) + Math.sqrt(scaled * scaled + 1));
    return asinh / Math.sqrt(0.5 * Math.log(squared));
  }

  /** Returns the kurtosis on a normal scale (Anscombe and Glynn 1983). */
  private static double kurtosis(double kurtosis, double n) {
    double mean = 3 * (n - 1) / (n + 1);
    double variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5));
    double x = (kurtosis - mean) / Math.sqrt(variance);
    double skew =
        6
            * (n * n - 5 * n + 2)
            / ((n + 7) * (n + 9))
            * Math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)));
    double a = 6 + 8 / skew * (2 / skew + Math.sqrt(1 + 4 / (skew * skew)));
    double below = 1 + x * Math.sqrt(2 / (a - 4));
    double root = Math.signum(below) * Math.cbrt((1 - 2 / a) / Math.abs(below));
    return (1 - 2 / (9 * a) - root) / Math.sqrt(2 / (9 * a));
  }
}
