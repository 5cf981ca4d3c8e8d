package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits datamodels to some of the runs in memory, as {@link Fit} does to the runs of a pool on disk.
 */
public final class Refit {

  private final Runs runs;
  private final int[] units;
  private final FitOptions options;
  private final Estimator estimator;

  /**
   * Makes a fit, of which nothing is computed yet.
   *
   * @param units index of each target's unit if the target is in S, else −1, [n]
   * @param options the options of the fit, of which its runs and folds are not used
   * @param tolerance duality gap to reach at the chosen λ, relative to the variance of the outputs;
   *     replaces the tolerance of {@code options} if this is smaller
   */
  public Refit(Runs runs, int[] units, FitOptions options, double tolerance) {
    this.runs = runs;
    this.units = units;
    this.options = options;
    estimator =
        Estimator.create(Estimator.Kind.of(options.estimator()), options.path().atLeast(tolerance));
  }

  /**
   * Fits every target.
   *
   * @param parts disjoint sets of runs, by their indices; the last set, or with {@code
   *     crossValidate} each set in turn, chooses λ
   * @return the datamodel of each target; its bias is NaN if the target is in S and fewer than two
   *     runs of a part lack its unit
   */
  public List<Datamodel> fit(List<int[]> parts, boolean crossValidate, Parallel parallel) {
    Datamodel[] fitted = new Datamodel[units.length];
    int[] outside = IntStream.range(0, units.length).filter(t -> units[t] < 0).toArray();
    if (outside.length > 0) {
      List<Datamodel> models = fit(parts, outside, crossValidate, parallel);
      for (int i = 0; i < outside.length; i++) {
        fitted[outside[i]] = models.get(i);
      }
    }
    for (int t = 0; t < units.length; t++) {
      if (fitted[t] == null) {
        fitted[t] = fitInTrain(parts, t, crossValidate, parallel);
      }
    }
    return Arrays.asList(fitted);
  }

  private List<Datamodel> fit(
      List<int[]> parts, int[] targets, boolean crossValidate, Parallel parallel) {
    List<Statistics> statistics = new ArrayList<>();
    for (int[] part : parts) {
      statistics.add(Statistics.of(runs, part, targets, parallel));
    }
    Problem problem = Problem.of(statistics, crossValidate);
    return estimator.fit(problem, parallel, Progress.NONE.start("", 0, ""));
  }

  private Datamodel fitInTrain(List<int[]> parts, int t, boolean crossValidate, Parallel parallel) {
    List<int[]> lacking = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      int[] without = IntStream.of(parts.get(p)).filter(i -> !runs.holds(i, units[t])).toArray();
      if (without.length < 2) {
        return Datamodel.unknown(runs.units(), options);
      }
      lacking.add(without);
    }
    return fit(lacking, new int[] {t}, crossValidate, parallel).getFirst();
  }
}
