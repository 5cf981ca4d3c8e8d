package dev.whence.regress;

import java.util.stream.IntStream;

/**
 * All that least squares with an unpenalised bias needs to know of m runs.
 *
 * <p>With X the m × d masks, Y the m × n outputs, μ and ȳ their column means: G = (XᵀX − m·μμᵀ)/m,
 * c_t = (Xᵀy_t − m·μȳ_t)/m, v_t = ‖y_t − ȳ_t‖²/m.
 */
public interface Statistics {

  /** Returns m. */
  int runs();

  /** Returns d. */
  int units();

  /** Returns n. */
  int targets();

  /** Returns row {@code j} of G, [d]; not to be changed. */
  double[] gram(int j);

  /** Returns μ_j, the fraction of the runs that hold unit {@code j}. */
  double mean(int j);

  /** Returns c_t, [d]; not to be changed. */
  double[] covariance(int t);

  /** Returns v_t, the variance of the target's outputs. */
  double variance(int t);

  /** Returns ȳ_t. */
  double outputMean(int t);

  /** Returns the bias that goes with {@code weights}: ȳ_t − μᵀw. */
  default double bias(int t, double[] weights) {
    double bias = outputMean(t);
    for (int j = 0; j < weights.length; j++) {
      if (weights[j] != 0) {
        bias -= mean(j) * weights[j];
      }
    }
    return bias;
  }

  /**
   * Returns the mean squared error of target {@code t} over these runs of the predictor (weights,
   * bias), which may have been fitted to others: v − 2cᵀw + wᵀGw + (ȳ − bias − μᵀw)².
   */
  default double error(int t, double[] weights, double bias) {
    int[] support = IntStream.range(0, weights.length).filter(j -> weights[j] != 0).toArray();
    double[] c = covariance(t);
    double error = variance(t);
    for (int j : support) {
      double[] row = gram(j);
      double product = -2 * c[j];
      for (int k : support) {
        product += row[k] * weights[k];
      }
      error += weights[j] * product;
    }
    double offset = bias(t, weights) - bias;
    return Math.max(0, error) + offset * offset;
  }
}
