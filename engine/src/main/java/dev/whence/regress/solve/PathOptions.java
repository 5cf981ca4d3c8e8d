package dev.whence.regress.solve;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;

/**
 * The regularisation path and how closely it is solved.
 *
 * <p>In studies of more than 4,096 units, targets in S keep {@code tolerance} but follow their
 * paths to a larger gap and with less patience (docs/decisions/0018).
 *
 * @param lambdas number of λ, spaced evenly in logarithm
 * @param eps smallest λ as a fraction of the target's λ_max
 * @param pathTolerance duality gap to reach along the path, relative to the variance of the outputs
 * @param tolerance duality gap to reach at the chosen λ, relative to the variance of the outputs
 * @param patience number of λ without an improvement of the validation error after which the path
 *     ends; 0 follows the whole path
 */
@Api
public record PathOptions(
    int lambdas, double eps, double pathTolerance, double tolerance, int patience) {

  /** 100 λ down to λ_max/100, as in the paper (App. E.1). */
  public static final PathOptions PAPER = new PathOptions(100, 0.01, 1e-4, 1e-12, 8);

  /**
   * The paper's 100 λ and 99 more, down to λ_max/10⁴, for targets whose validation error still
   * falls at the hundredth λ; the patience ends the other paths before.
   */
  public static final PathOptions DEFAULT = new PathOptions(199, 1e-4, 1e-4, 1e-12, 8);

  /** 50 λ for ridge regression, whose error changes slowly with λ: each λ is 1.3 times the next. */
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

  /** Returns these options with a tolerance at the chosen λ of at least {@code rough}. */
  public PathOptions atLeast(double rough) {
    return new PathOptions(lambdas, eps, pathTolerance, Math.max(tolerance, rough), patience);
  }

  /**
   * Returns these options with a tolerance along the path of at least {@code gap}, and another
   * patience.
   */
  public PathOptions rough(double gap, int newPatience) {
    return new PathOptions(lambdas, eps, Math.max(gap, pathTolerance), tolerance, newPatience);
  }

  /**
   * Returns the number of steps along the path, rounded up, from a λ to {@code part} times this λ.
   */
  public int steps(double part) {
    return lambdas == 1 ? 1 : (int) Math.ceil(Math.log(part) / Math.log(eps) * (lambdas - 1));
  }

  /**
   * Returns the options of a path of the first {@code n} λ, with no patience: the whole is
   * followed.
   */
  public PathOptions first(int n) {
    double end = lambdas == 1 ? eps : Math.pow(eps, (n - 1.0) / (lambdas - 1));
    return new PathOptions(n, Math.min(end, Math.nextDown(1.0)), pathTolerance, tolerance, 0);
  }

  /**
   * Returns λ number {@code k} of a target: λ_max·eps^(k / (lambdas − 1)); λ_max where the path has
   * one λ.
   */
  public double lambda(double lambdaMax, int k) {
    return lambdas == 1 ? lambdaMax : lambdaMax * Math.pow(eps, (double) k / (lambdas - 1));
  }

  /** Returns the path that is usual for an estimator. */
  public static PathOptions usual(String estimator) {
    return estimator.equals("ridge") ? RIDGE : DEFAULT;
  }
}
