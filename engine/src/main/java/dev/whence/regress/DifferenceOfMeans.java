package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.SparseVector;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Estimator whose weights are the subsampled influence of each unit by itself: the mean output of
 * the runs that hold the unit minus the mean output of the runs that lack it (Feldman and Zhang
 * 2020; Ilyas et al. 2022, eq. 15), which is c_j/G_jj. There is no λ to choose.
 */
public final class DifferenceOfMeans implements Estimator {

  /** Number of targets whose mean squared errors are computed with one reading of G. */
  private static final int TOGETHER = 64;

  /**
   * Number of units from which the mean squared errors are computed in single precision: they
   * choose no λ.
   */
  private static final int MANY = 4096;

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    List<Datamodel> models = new ArrayList<>();
    for (int from = 0; from < problem.targets(); from += TOGETHER) {
      int end = Math.min(from + TOGETHER, problem.targets());
      models.addAll(group(problem.forTargets(IntStream.range(from, end).toArray()), parallel));
      task.step(end - from);
    }
    return models;
  }

  private static List<Datamodel> group(Problem problem, Parallel parallel) {
    int n = problem.targets();
    Problem.Split split = problem.splits().getLast();
    List<double[]> early =
        IntStream.range(0, n).mapToObj(t -> split.train().differenceOfMeans(t)).toList();
    double[] biases =
        IntStream.range(0, n).mapToDouble(t -> split.train().bias(t, early.get(t))).toArray();
    boolean precise = problem.units() < MANY;
    double[] train = split.train().errors(early, biases, precise, parallel);
    double[] validation = split.validation().errors(early, biases, precise, parallel);
    List<Datamodel> models = new ArrayList<>();
    for (int t = 0; t < n; t++) {
      RegularizationPath.Recorder recorder = new RegularizationPath.Recorder(new double[] {0}, 0);
      recorder.add(train[t], validation[t], Double.NaN, SparseVector.support(early.get(t)).length);
      recorder.keep(early.get(t), biases[t]);
      double[] weights = problem.all().differenceOfMeans(t);
      models.add(
          new Datamodel(weights, problem.all().bias(t, weights), 0, Double.NaN, recorder.path()));
    }
    return models;
  }
}
