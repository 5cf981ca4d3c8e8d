package dev.whence.counterfactual;

/**
 * The monotone sequence nearest to some values in weighted least squares, by pooling adjacent
 * violators (Robertson, Wright and Dykstra 1988).
 */
final class Isotonic {

  private Isotonic() {}

  /**
   * Returns the nearest non-increasing sequence.
   *
   * @param values the values, in order
   * @param weights weight of each value, above 0
   */
  static double[] decreasing(double[] values, double[] weights) {
    int n = values.length;
    double[] mean = new double[n];
    double[] weight = new double[n];
    int[] length = new int[n];
    int pools = 0;
    for (int i = 0; i < n; i++) {
      mean[pools] = values[i];
      weight[pools] = weights[i];
      length[pools++] = 1;
      while (pools > 1 && mean[pools - 2] < mean[pools - 1]) {
        double sum = weight[pools - 2] + weight[pools - 1];
        mean[pools - 2] =
            (mean[pools - 2] * weight[pools - 2] + mean[pools - 1] * weight[pools - 1]) / sum;
        weight[pools - 2] = sum;
        length[pools - 2] += length[--pools];
      }
    }
    double[] fitted = new double[n];
    for (int p = 0, at = 0; p < pools; p++) {
      for (int i = 0; i < length[p]; i++) {
        fitted[at++] = mean[p];
      }
    }
    return fitted;
  }

  /**
   * Returns the smallest x at which the line through points of a non-increasing sequence reaches 0;
   * NaN where it stays above.
   *
   * @param xs increasing
   */
  static double zero(double[] xs, double[] fitted) {
    for (int i = 0; i < xs.length; i++) {
      if (fitted[i] <= 0) {
        if (i == 0) {
          return xs[0];
        }
        double part = fitted[i - 1] / (fitted[i - 1] - fitted[i]);
        return xs[i - 1] + part * (xs[i] - xs[i - 1]);
      }
    }
    return Double.NaN;
  }
}
