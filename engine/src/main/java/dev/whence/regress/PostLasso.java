package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.SparseVector;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Least squares on the units to which the LASSO gives a weight (Belloni and Chernozhukov 2013): the
 * selection without the shrinkage. If the columns of the selected units are linearly dependent, the
 * weights are the solution of least norm.
 *
 * @param lasso estimator that selects the units
 */
public record PostLasso(Estimator lasso) implements Estimator {

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    List<Datamodel> selected = lasso.fit(problem, parallel, task);
    Datamodel[] models = new Datamodel[selected.size()];
    parallel.forEach(models.length, t -> models[t] = refit(problem.all(), t, selected.get(t)));
    return List.of(models);
  }

  private static Datamodel refit(Statistics all, int t, Datamodel selected) {
    int[] support = SparseVector.support(selected.weights());
    double[] weights = new double[selected.weights().length];
    if (support.length > 0) {
      double[] solution = solve(all, t, support);
      for (int i = 0; i < support.length; i++) {
        weights[support[i]] = solution[i];
      }
    }
    return new Datamodel(
        weights, all.bias(t, weights), selected.lambda(), Double.NaN, selected.path());
  }

  /**
   * Returns the least-squares weights of the units of {@code support}, A, in this order: the
   * solution of G_AA·w = c_A over all runs.
   */
  private static double[] solve(Statistics all, int t, int[] support) {
    int n = support.length;
    DMatrixRMaj gram = new DMatrixRMaj(n, n);
    DMatrixRMaj right = new DMatrixRMaj(n, 1);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double element = all.gram().at(support[i], support[k]);
        gram.set(i, k, element);
        gram.set(k, i, element);
      }
      right.set(i, 0, all.moments().get(t).covariance()[support[i]]);
    }
    DMatrixRMaj solution = new DMatrixRMaj(n, 1);
    LinearSolverDense<DMatrixRMaj> cholesky = LinearSolverFactory_DDRM.chol(n);
    LinearSolverDense<DMatrixRMaj> solver =
        cholesky.setA(gram.copy()) && cholesky.quality() > 1e-12
            ? cholesky
            : LinearSolverFactory_DDRM.pseudoInverse(true);
    if (solver != cholesky && !solver.setA(gram)) {
      throw new ArithmeticException("the pseudo-inverse of G did not converge");
    }
    solver.solve(right, solution);
    return IntStream.range(0, n).mapToDouble(i -> solution.get(i, 0)).toArray();
  }
}
