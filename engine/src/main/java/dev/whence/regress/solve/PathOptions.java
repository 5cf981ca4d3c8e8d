package dev.whence.regress.solve;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;

/**
 * The λ of the regularisation path, and how closely the path and the chosen λ are solved.
 *
 * <p>In studies of more than 4,096 units, targets in S keep {@code tolerance} but follow their
 * paths to a larger gap and with less patience (docs/decisions/0018).
 *
 * @param lambdas number of λ, spaced evenly in logarithm
 * @param eps smallest λ as a fraction of the target's λ_max, the smallest λ at which all weights
 *     are 0
 * @param pathTolerance duality gap to reach along the path, relative to the variance of the outputs
 * @param tolerance duality gap to reach at the chosen λ, relative to the variance of the outputs
 * @param patience number of λ without an improvement of the validation error after which the path
 *     ends; 0 follows the whole path
 */
@Api
public record PathOptions(
    int lambdas, double eps, double pathTolerance, double tolerance, int patience) {

  /** The path of the paper (App. E.1): 100 λ down to λ_max/100. */
  public static final PathOptions PAPER = new PathOptions(100, 0.01, 1e-4, 1e-12, 8);

  /**
   * The default path of all estimators but ridge: the paper's 100 λ and 99 more, down to λ_max/10⁴,
   * for targets whose validation error still falls at the hundredth λ; the patience ends the paths
   * of other targets before.
   */
  public static final PathOptions DEFAULT = new PathOptions(199, 1e-4, 1e-4, 1e-12, 8);

  /**
   * The path of ridge regression: 50 λ, because the error changes slowly with λ. {@link
   * dev.whence.regress.RidgeEstimator} spaces them from 100 to 10⁻⁴ times G's mean eigenvalue.
   */
  public static final PathOptions RIDGE = new PathOptions(50, 1e-4, 1e-4, 1e-12, 8);

  public PathOptions {
    if (lambdas < 1) {
      throw BadInputException.at("lambdas", "at least 1", lambdas);
    }
    if (!(eps > 0 && eps < 1)) {
      throw BadInputException.at("eps", "a fraction between 0 and 1", eps);
    }
    if (!(tolerance > 0) || !(pathTolerance > 0)) {
      throw BadInputException.at("tolerance", "a positive number", tolerance);
    }
    if (patience < 0) {
      throw BadInputException.at("patience", "at least 0", patience);
    }
  }

  /**
   * Returns these options with the tolerance at the chosen λ raised to {@code rough} if it is
   * smaller.
   */
  public PathOptions atLeast(double rough) {
    return new PathOptions(lambdas, eps, pathTolerance, Math.max(tolerance, rough), patience);
  }

  /**
   * Returns these options with the tolerance along the path raised to {@code gap} if it is smaller,
   * and with the patience {@code newPatience}.
   */
  public PathOptions rough(double gap, int newPatience) {
    return new PathOptions(lambdas, eps, Math.max(gap, pathTolerance), tolerance, newPatience);
  }

  /**
   * Returns the number of steps along the path, rounded up, from a λ to {@code part} times this λ;
   * 1 if the path has one λ.
   *
   * @param part factor between 0 and 1
   */
  public int steps(double part) {
    return lambdas == 1 ? 1 : (int) Math.ceil(Math.log(part) / Math.log(eps) * (lambdas - 1));
  }

  /**
   * Returns the options of a path of the first {@code n} λ of this path, with patience 0: all n λ
   * are followed.
   */
  public PathOptions first(int n) {
    double end = lambdas == 1 ? eps : Math.pow(eps, (n - 1.0) / (lambdas - 1));
    return new PathOptions(n, Math.min(end, Math.nextDown(1.0)), pathTolerance, tolerance, 0);
  }

  /**
   * Returns λ number {@code k} of a target's path: λ_max·eps^(k / (lambdas − 1)); λ_max where the
   * path has one λ.
   *
   * @param lambdaMax the target's λ_max, the smallest λ at which all weights are 0
   */
  public double lambda(double lambdaMax, int k) {
    return lambdas == 1 ? lambdaMax : lambdaMax * Math.pow(eps, (double) k / (lambdas - 1));
  }

  /**
   * Returns the default path of the estimator called {@code estimator}: {@link #RIDGE} for ridge,
   * else {@link #DEFAULT}.
   */
  public static PathOptions usual(String estimator) {
    return estimator.equals("ridge") ? RIDGE : DEFAULT;
  }
}
