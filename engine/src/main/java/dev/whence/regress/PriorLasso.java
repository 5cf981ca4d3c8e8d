package dev.whence.regress;

import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.GramProduct;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The LASSO with a prior: scores s of a cheap method say where weights are and how large. Of three
 * regressions the one with the smallest error on the validation runs, over all targets together, is
 * kept, so that a useless prior does no harm:
 *
 * <ul>
 *   <li>the plain LASSO;
 *   <li>the LASSO with the penalties p_j ∝ (|s_j| + mean |s|)^−½;
 *   <li>the same on y − a·Xs, with a the slope of y on Xs on the training runs, at least 0: weights
 *       are a·s plus what the runs add (regression adjustment; Lin et al. 2022 and Witter et al.
 *       2025 for values of games).
 * </ul>
 *
 * @param options the λ of the path, and the tolerances
 * @param scores of the targets that are fitted, in their order, [targets][d]
 */
record PriorLasso(PathOptions options, List<float[]> scores) implements Estimator {

  @Override
  public Estimator about(List<float[]> of) {
    return new PriorLasso(options, of);
  }

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    int n = problem.targets();
    if (scores.size() != n) {
      throw BadInputException.at(
          "prior-lasso",
          "a study with repeats, which judge it without fits of their own",
          "another fit without its prior");
    }
    if (n == 0) {
      return List.of();
    }
    Progress.Task silent = Progress.NONE.start("", 0, "");
    List<Datamodel> best = LassoEstimator.lasso(options).fit(problem, parallel, task);
    List<Penalty> penalties = IntStream.range(0, n).mapToObj(t -> penalty(scores.get(t))).toList();
    LassoEstimator weighted = new LassoEstimator(options, (_, t) -> penalties.get(t));
    List<Datamodel> near = weighted.fit(problem, parallel, silent);
    best = better(best, near);
    Shift shift = Shift.of(problem, scores, parallel);
    List<Datamodel> centred = weighted.fit(shift.problem, parallel, silent);
    return better(best, shift.back(centred, problem));
  }

  private static Penalty penalty(float[] s) {
    double mean = 0;
    for (float v : s) {
      mean += Math.abs(v) / s.length;
    }
    double[] factors = new double[s.length];
    for (int j = 0; j < s.length; j++) {
      factors[j] = mean > 0 ? Math.sqrt(2 * mean / (Math.abs(s[j]) + mean)) : 1;
    }
    return new Penalty(1, factors);
  }

  /** Returns the models with the smaller mean validation error, relative to each target's best. */
  private static List<Datamodel> better(List<Datamodel> a, List<Datamodel> b) {
    double difference = 0;
    for (int t = 0; t < a.size(); t++) {
      double mine = error(a.get(t));
      double theirs = error(b.get(t));
      difference += mine + theirs > 0 ? (theirs - mine) / (mine + theirs) : 0;
    }
    return difference < 0 ? b : a;
  }

  private static double error(Datamodel model) {
    return model.path().validationErrors()[model.path().best()];
  }

  /**
   * A problem whose outputs are y − a·Xs.
   *
   * @param slopes a of each target
   */
  private record Shift(Problem problem, List<double[]> scores, double[] slopes) {

    static Shift of(Problem problem, List<float[]> scores, Parallel parallel) {
      List<double[]> s = new ArrayList<>();
      for (float[] row : scores) {
        double[] values = IntStream.range(0, row.length).mapToDouble(j -> row[j]).toArray();
        s.add(problem.all().gram().withoutConstants(values)); // a target's own unit among them
      }
      Statistics train = problem.splits().getFirst().train();
      double[][] products = GramProduct.all(train.gram(), s, parallel);
      double[] slopes = new double[s.size()];
      for (int t = 0; t < slopes.length; t++) {
        double along = dot(train.moments().get(t).covariance(), s.get(t));
        double square = dot(products[t], s.get(t));
        slopes[t] = square > 0 ? Math.max(0, along / square) : 0;
      }
      List<Problem.Split> splits = new ArrayList<>();
      for (Problem.Split split : problem.splits()) {
        splits.add(
            new Problem.Split(
                less(split.train(), s, slopes, parallel),
                less(split.validation(), s, slopes, parallel)));
      }
      List<Statistics> parts = new ArrayList<>();
      for (Statistics part : problem.parts()) {
        parts.add(less(part, s, slopes, parallel));
      }
      return new Shift(
          new Problem(parts, splits, less(problem.all(), s, slopes, parallel)), s, slopes);
    }

    /** Takes a·Xs off the outputs of each target: moments of sums are linear and quadratic in a. */
    private static Statistics less(
        Statistics runs, List<double[]> s, double[] slopes, Parallel parallel) {
      double[][] products = GramProduct.all(runs.gram(), s, parallel);
      List<Moments> moments = new ArrayList<>();
      for (int t = 0; t < slopes.length; t++) {
        Moments own = runs.moments().get(t);
        double a = slopes[t];
        double[] covariance = own.covariance().clone();
        for (int j = 0; j < covariance.length; j++) {
          covariance[j] -= a * products[t][j];
        }
        double variance =
            own.variance()
                - 2 * a * dot(own.covariance(), s.get(t))
                + a * a * dot(products[t], s.get(t));
        moments.add(
            new Moments(
                covariance, Math.max(0, variance), own.mean() - a * runs.gram().mean(s.get(t))));
      }
      return new Statistics(runs.gram(), moments);
    }

    /** Adds the prior's part to weights that were fitted to what is left of it. */
    List<Datamodel> back(List<Datamodel> fitted, Problem whole) {
      List<Datamodel> models = new ArrayList<>();
      for (int t = 0; t < fitted.size(); t++) {
        Datamodel own = Objects.requireNonNull(fitted.get(t));
        double[] weights = own.weights().clone();
        for (int j = 0; j < weights.length; j++) {
          weights[j] += slopes[t] * scores.get(t)[j];
        }
        models.add(
            new Datamodel(
                weights,
                whole.all().bias(t, weights),
                own.lambda(),
                own.relativeGap(),
                own.path()));
      }
      return models;
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        sum += a[j] * b[j];
      }
      return sum;
    }
  }
}
