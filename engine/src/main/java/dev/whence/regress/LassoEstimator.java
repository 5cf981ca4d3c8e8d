package dev.whence.regress;

import java.util.Arrays;

/**
 * The paper's estimator: LASSO with λ chosen for each target (Ilyas et al. 2022, eq. 8 and App.
 * E.1).
 *
 * @param options the path and the tolerances
 */
public record LassoEstimator(PathOptions options) implements Estimator {

  @Override
  public Datamodel fit(Problem problem, int t) {
    Lasso solver = new Lasso(problem.train()).target(t);
    double max = solver.lambdaMax();
    double[] lambdas = new double[options.lambdas()];
    Arrays.setAll(lambdas, k -> options.lambda(max, k));
    RegularizationPath path =
        RegularizationPath.follow(
            problem,
            t,
            lambdas,
            options.patience(),
            k -> {
              solver.solve(lambdas[k], options.pathTolerance());
              return solver.weights();
            });
    Lasso refit = new Lasso(problem.all()).target(t, path.weights());
    double gap = refit.solve(path.lambda(), options.tolerance());
    double variance = problem.all().variance(t);
    return new Datamodel(
        refit.weights(),
        problem.all().bias(t, refit.weights()),
        path.lambda(),
        variance > 0 ? gap / variance : 0,
        path);
  }
}
