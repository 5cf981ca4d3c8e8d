package dev.whence.regress.solve;

import java.util.Arrays;

/**
 * The LASSO on a page: minimise over the weights w, [d], and the bias b
 *
 * <pre>P(w) = (1/2m)·‖y − Xw − b‖² + λ·‖w‖₁</pre>
 *
 * <p>(Ilyas et al. 2022, eq. 8, whose λ is twice this one). The bias is not penalised, so it is the
 * mean of y − Xw, and with centred columns and outputs
 *
 * <pre>P(w) = v/2 − cᵀw + wᵀGw/2 + λ·‖w‖₁,   G = XᵀX/m,   c = Xᵀy/m,   v = ‖y‖²/m.</pre>
 *
 * <p>In one coordinate w_j the minimum is soft(c_j − Σ_{k≠j} G_jk·w_k, λ)/G_jj, where soft(x, λ) is
 * x moved towards 0 by λ. Sweeps over all coordinates go on until the duality gap P(w) − D(θ) is
 * small, which bounds how far P(w) is from its minimum. The dual point θ is the residual y − Xw,
 * scaled so that its correlation with every column is at most λ.
 *
 * <p>This is the specification. {@link Lasso} and {@link PathSearch}, which do the same in a
 * fraction of the time, are tested against it.
 */
final class PlainLasso {

  private final double[][] gram;
  private final double[] covariance;
  private final double variance;

  /**
   * Makes a solver of one target's regression.
   *
   * @param gram G = XᵀX/m, [d, d], of the masks X minus their mean
   * @param covariance c = Xᵀy/m, [d]
   * @param variance v = ‖y‖²/m, of the outputs y minus their mean
   */
  PlainLasso(double[][] gram, double[] covariance, double variance) {
    this.gram = gram;
    this.covariance = covariance;
    this.variance = variance;
  }

  /**
   * Returns the weights at λ, [d], found from w = 0 on.
   *
   * @param tolerance absolute duality gap at which sweeps end
   * @param sweeps largest number of sweeps over all weights
   */
  double[] solve(double lambda, double tolerance, int sweeps) {
    double[] w = new double[covariance.length];
    double[] gradient = covariance.clone(); // c − Gw
    for (int sweep = 0; sweep < sweeps && gap(w, gradient, lambda) > tolerance; sweep++) {
      for (int j = 0; j < w.length; j++) {
        // Where G_jj is 0, all runs hold unit j or all lack it, and its weight stays 0.
        if (gram[j][j] > 0) {
          double updated = soft(gradient[j] + gram[j][j] * w[j], lambda) / gram[j][j];
          double step = updated - w[j];
          w[j] = updated;
          for (int k = 0; step != 0 && k < w.length; k++) {
            gradient[k] -= step * gram[j][k];
          }
        }
      }
    }
    return w;
  }

  /**
   * Returns the absolute duality gap P(w) − D(θ) of weights w at {@code lambda}; ‖y − Xw‖²/m is v −
   * cᵀw − gᵀw and yᵀ(y − Xw)/m is v − cᵀw.
   *
   * @param gradient g = c − Gw, [d]
   */
  double gap(double[] w, double[] gradient, double lambda) {
    double residualSquares = variance - dot(covariance, w) - dot(gradient, w);
    double outputResidual = variance - dot(covariance, w);
    double norm = Arrays.stream(w).map(Math::abs).sum();
    double steepest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
    double scale = steepest > lambda ? lambda / steepest : 1;
    double primal = residualSquares / 2 + lambda * norm;
    double dual = scale * outputResidual - scale * scale * residualSquares / 2;
    return primal - dual;
  }

  private static double soft(double x, double lambda) {
    return Math.signum(x) * Math.max(0, Math.abs(x) - lambda);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
