package dev.whence.evaluate;

import dev.whence.base.Parallel;
import dev.whence.store.ScoreRows;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well predictions match held-out runs; intervals are 95%.
 *
 * <p>Subsets are random, targets are those of the study ({@link Estimates}). Correlations are
 * averages over targets of the correlation over subsets; a target whose predictions are constant
 * counts as 0, one whose outputs are constant has none and is left out. "Explainable" is what the
 * subset determines: all variance less that of retraining on the same subset.
 *
 * @param mse mean squared error of the predictions against single runs, with the ½ of Ilyas et al.
 *     2022, eq. 10; it and all that is not Spearman's is null of scores that only rank
 * @param opt the same of the best deterministic predictor, E[f | subset]: eq. 11, unbiased; null
 *     with one model a subset
 * @param variance the same of the best constant for each target, unbiased ({@link TargetScores})
 * @param explained share of the explainable variance that is explained ({@link Explained}); null
 *     with one model a subset, and where it cannot be estimated
 * @param pearson with the mean of a subset's runs
 * @param pearsonPooled over all targets and subsets at once, with the mean of a subset's runs
 * @param lds linear datamodeling score: Spearman with the mean of a subset's runs (Park et al.
 *     2023)
 * @param ldsCeiling the same of E[f | subset] ({@link Ceilings}); null with one model a subset, and
 *     where no effect of the subset is found
 * @param spearmanSingle Spearman of predictions with single runs
 * @param spearmanCeiling the same of E[f | subset]; null as {@code ldsCeiling}
 * @param constant targets whose predictions are constant
 * @param leftOut targets without a correlation: constant outputs, or too few subsets
 * @param runsNeeded models that would bring the interval of {@code explained} to about ±10 points;
 *     0 where it is so narrow, or there is one model a subset
 */
public record Agreement(
    @Nullable Interval mse,
    @Nullable Interval opt,
    @Nullable Interval variance,
    @Nullable Interval explained,
    @Nullable Interval pearson,
    @Nullable Interval pearsonPooled,
    @Nullable Interval lds,
    @Nullable Interval ldsCeiling,
    @Nullable Interval spearmanSingle,
    @Nullable Interval spearmanCeiling,
    int constant,
    int leftOut,
    long runsNeeded) {

  /** Scores on repeats: fresh subsets, each with one or several models. */
  static Agreement of(HeldOut heldOut, Parallel parallel) {
    return of(
        heldOut, heldOut.times() > 1 ? Ceilings.of(heldOut, parallel) : Ceilings.NONE, parallel);
  }

  /**
   * Returns how well scores agree with runs that neither made nor chose anything of them.
   *
   * @param bias [n], where bias plus the scores of the units held predict the output; null where
   *     scores only rank
   */
  public static Agreement of(
      ScoreRows scores, double @Nullable [] bias, Judges judges, Parallel parallel)
      throws IOException {
    Agreement agreement = of(judges.beside(scores, bias, parallel), parallel);
    return bias == null ? agreement.ofRanks() : agreement;
  }

  /**
   * Returns the same with another number of targets whose predictions are constant: of folds, those
   * without a weight in any.
   */
  Agreement withConstant(int targets) {
    return new Agreement(
        mse,
        opt,
        variance,
        explained,
        pearson,
        pearsonPooled,
        lds,
        ldsCeiling,
        spearmanSingle,
        spearmanCeiling,
        targets,
        leftOut,
        runsNeeded);
  }

  /** Returns the rank correlations alone. */
  private Agreement ofRanks() {
    return new Agreement(
        null,
        null,
        null,
        null,
        null,
        null,
        lds,
        ldsCeiling,
        spearmanSingle,
        spearmanCeiling,
        constant,
        leftOut,
        0);
  }

  /** The same where nobody asks for ceilings, which take longest. */
  static Agreement withoutCeilings(HeldOut heldOut, Parallel parallel) {
    return of(heldOut, Ceilings.NONE, parallel);
  }

  private static Agreement of(HeldOut heldOut, Ceilings ceilings, Parallel parallel) {
    Estimates estimates = Estimates.of(heldOut, false, parallel);
    boolean repeated = heldOut.times() > 1;
    Explained explained =
        repeated
            ? Explained.of(estimates, heldOut.subsets(), heldOut.times())
            : new Explained(null, 0);
    return new Agreement(
        estimates.interval(Statistic.MSE),
        repeated ? estimates.interval(Statistic.OPT) : null,
        estimates.interval(Statistic.VARIANCE),
        explained.share(),
        correlation(estimates, Statistic.PEARSON),
        correlation(estimates, Statistic.POOLED),
        correlation(estimates, Statistic.LDS),
        ceilings.mean(),
        correlation(estimates, Statistic.SINGLE),
        ceilings.single(),
        estimates.constant(),
        estimates.leftOut(),
        explained.runsNeeded());
  }

  /** Returns a correlation; null where no target has one. */
  private static @Nullable Interval correlation(Estimates estimates, Statistic statistic) {
    return Double.isNaN(estimates.value(statistic)) ? null : estimates.interval(statistic);
  }

  /**
   * Scores on the folds of one pool, one model a subset: each statistic within each fold and
   * averaged over folds, since predictions of several folds together are drawn towards the mean of
   * their training runs and correlate negatively with noise.
   *
   * @param inflation what the variance of independent runs is multiplied by: folds take turns to be
   *     trained on and judged by, and correlate ({@link CrossFitting})
   */
  static Agreement ofFolds(List<HeldOut> folds, double inflation, Parallel parallel) {
    List<Estimates> all = folds.stream().map(fold -> Estimates.of(fold, true, parallel)).toList();
    int runs = folds.stream().mapToInt(HeldOut::subsets).sum();
    Map<Statistic, Interval> intervals = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      double value = 0;
      double variance = 0;
      int n = 0;
      for (Estimates fold : all) {
        if (!Double.isNaN(fold.value(statistic))) {
          value += fold.value(statistic);
          double m = Math.max(2, fold.subsets());
          double[] influence = fold.influence(statistic);
          for (double delta : influence) {
            variance += delta * delta * m / (m - 1);
          }
          n++;
        }
      }
      if (n > 0) {
        double error = Math.sqrt(inflation * variance) / n;
        double degrees = runs - n;
        intervals.put(
            statistic,
            statistic.isCorrelation()
                ? Interval.ofCorrelation(value / n, error, degrees)
                : Interval.ofPositive(value / n, error, degrees));
      }
    }
    return new Agreement(
        java.util.Objects.requireNonNull(intervals.get(Statistic.MSE)),
        null,
        java.util.Objects.requireNonNull(intervals.get(Statistic.VARIANCE)),
        null,
        intervals.get(Statistic.PEARSON),
        intervals.get(Statistic.POOLED),
        intervals.get(Statistic.LDS),
        null,
        intervals.get(Statistic.SINGLE),
        null,
        all.stream().mapToInt(Estimates::constant).max().orElse(0),
        all.stream().mapToInt(Estimates::leftOut).max().orElse(0),
        0);
  }
}
