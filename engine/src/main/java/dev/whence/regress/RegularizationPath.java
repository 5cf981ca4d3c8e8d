package dev.whence.regress;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * One target's path on the training runs and its errors on the validation runs.
 *
 * @param lambdas from the largest to the smallest
 * @param trainErrors mean squared error on the training runs at each λ; NaN beyond the end of the
 *     path
 * @param validationErrors mean squared error on the validation runs at each λ; NaN beyond the end
 *     of the path
 * @param best index of the λ with the smallest validation error
 * @param weights [d] at that λ
 * @param bias at that λ
 */
public record RegularizationPath(
    double[] lambdas,
    double[] trainErrors,
    double[] validationErrors,
    int best,
    double[] weights,
    double bias) {

  /**
   * Follows target {@code t} along {@code lambdas}.
   *
   * @param patience ends the path when the validation error has not improved for so many λ; 0 runs
   *     it whole
   * @param solve gives the weights at λ number k on the training runs; it may reuse the array
   */
  static RegularizationPath follow(
      Problem problem, int t, double[] lambdas, int patience, IntFunction<double[]> solve) {
    double[] trainErrors = new double[lambdas.length];
    double[] errors = new double[lambdas.length];
    Arrays.fill(trainErrors, Double.NaN);
    Arrays.fill(errors, Double.NaN);
    int best = 0;
    double[] weights = new double[0];
    for (int k = 0; k < lambdas.length; k++) {
      double[] solution = solve.apply(k);
      double bias = problem.train().bias(t, solution);
      trainErrors[k] = problem.train().error(t, solution, bias);
      errors[k] = problem.validation().error(t, solution, bias);
      if (k == 0 || errors[k] < errors[best]) {
        best = k;
        weights = solution.clone();
      }
      if (patience > 0 && k - best >= patience) {
        break;
      }
    }
    return new RegularizationPath(
        lambdas, trainErrors, errors, best, weights, problem.train().bias(t, weights));
  }

  /** Returns the chosen λ. */
  public double lambda() {
    return lambdas[best];
  }
}
