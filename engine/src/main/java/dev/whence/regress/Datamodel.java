package dev.whence.regress;

import dev.whence.regress.solve.RegularizationPath;

/**
 * The fitted predictor of one target, in the units of the raw 0/1 masks.
 *
 * @param weights θ, [d]
 * @param bias θ₀
 * @param lambda the chosen penalty: of (1/2m)‖y − Xw − b‖² + λ‖w‖₁, or of … + (λ/2)‖w‖² in ridge
 *     regression
 * @param gap duality gap of the refit, relative to the variance of the outputs; NaN where the
 *     solution is a direct one
 * @param path the search for λ; its weights are those before the refit
 */
public record Datamodel(
    double[] weights, double bias, double lambda, double gap, RegularizationPath path) {

  /**
   * Returns the datamodel of a target in S that no run lacks: nothing is known of it, so its bias
   * is NaN.
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
