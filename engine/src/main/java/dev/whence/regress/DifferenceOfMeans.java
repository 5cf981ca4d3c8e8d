package dev.whence.regress;

import dev.whence.linalg.Parallel;
import dev.whence.linalg.SparseVector;
import dev.whence.store.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * The subsampled influence of each unit by itself: the mean output of the runs that hold it less
 * that of the others (Feldman and Zhang 2020; Ilyas et al. 2022, eq. 15), which is c_j/G_jj. There
 * is no λ to choose.
 */
public final class DifferenceOfMeans implements Estimator {

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    List<Datamodel> models = new ArrayList<>();
    Problem.Split split = problem.splits().getLast();
    for (int t = 0; t < problem.targets(); t++) {
      double[] early = weights(split.train(), t);
      double bias = split.train().bias(t, early);
      RegularizationPath.Recorder recorder = new RegularizationPath.Recorder(new double[] {0}, 0);
      recorder.add(
          split.train().error(t, early, bias),
          split.validation().error(t, early, bias),
          Double.NaN,
          SparseVector.support(early).length);
      recorder.keep(early, bias);
      double[] weights = weights(problem.all(), t);
      models.add(
          new Datamodel(weights, problem.all().bias(t, weights), 0, Double.NaN, recorder.path()));
      task.step(1);
    }
    return models;
  }

  static double[] weights(Statistics statistics, int t) {
    Gram gram = statistics.gram();
    double[] weights = statistics.moments().get(t).covariance().clone();
    for (int j = 0; j < weights.length; j++) {
      double curvature = gram.curvature(j) / gram.runs();
      weights[j] = curvature > 0 ? weights[j] / curvature : 0;
    }
    return weights;
  }
}
