package dev.whence.regress;

import dev.whence.regress.solve.RegularizationPath;

/**
 * The fitted predictor of one target's output from a raw 0/1 mask, neither centred nor scaled.
 *
 * @param weights θ, one for each unit, [d]
 * @param bias θ₀
 * @param lambda the chosen λ of the objective (1/2m)‖y − Xw − b‖² + λ·(penalty of the estimator):
 *     ‖w‖₁ or another {@link dev.whence.regress.solve.Penalty}, in ridge regression ‖w‖²/2; λ is 0
 *     for estimators without a penalty
 * @param relativeGap duality gap of the refit on all runs, relative to the variance of the outputs;
 *     NaN for direct solutions
 * @param path the regularisation path on the training runs that chose λ, with its weights from
 *     before the refit
 */
public record Datamodel(
    double[] weights, double bias, double lambda, double relativeGap, RegularizationPath path) {

  /**
   * Returns the datamodel of a target in S whose unit too few runs lack for a fit: its weights are
   * 0; its bias, λ, gap and path are NaN.
   *
   * @param units d, the number of units
   */
  static Datamodel unknown(int units, FitOptions options) {
    double[] unknown = new double[options.lambdas()];
    java.util.Arrays.fill(unknown, Double.NaN);
    RegularizationPath path =
        new RegularizationPath(
            unknown, unknown, unknown, unknown, unknown, 0, new double[units], Double.NaN);
    return new Datamodel(new double[units], Double.NaN, Double.NaN, Double.NaN, path);
  }
}
