package dev.whence.evaluate;

import dev.whence.base.Api;
import dev.whence.base.Parallel;
import dev.whence.store.ScoreRows;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well predictions agree with held-out runs; intervals are 95%.
 *
 * <p>Subsets are random, the targets are fixed ({@link Estimates}). A correlation is computed over
 * subsets for each target and averaged over targets. A target whose predictions are constant counts
 * as correlation 0; a target whose outputs are constant has no correlation and is left out. The
 * "explainable" variance of an output is its variance minus the variance that retraining on the
 * same subset causes.
 *
 * @param mse mean squared error of the predictions against single runs, with the ½ of Ilyas et al.
 *     2022, eq. 10. Null where scores only rank, like every other interval that is no rank
 *     correlation's
 * @param opt {@code mse} of the best deterministic predictor, E[f | subset]: eq. 11, unbiased; null
 *     with one model a subset
 * @param variance {@code mse} of the best constant for each target, unbiased ({@link TargetScores})
 * @param explained share of the explainable variance that the predictions explain ({@link
 *     Explained}); null with one model a subset, and where the share cannot be estimated
 * @param pearson Pearson's correlation of predictions with the mean output of a subset's runs
 * @param pearsonPooled Pearson's correlation over all (target, subset) pairs at once, with the mean
 *     output of a subset's runs
 * @param lds linear datamodeling score: Spearman's correlation of predictions with the mean output
 *     of a subset's runs (Park et al. 2023)
 * @param ldsCeiling {@code lds} of E[f | subset] ({@link Ceilings}); null with one model a subset,
 *     and where no effect of the subset is found
 * @param spearmanSingle Spearman's correlation of predictions with the outputs of single runs
 * @param spearmanCeiling {@code spearmanSingle} of E[f | subset]; null where {@code ldsCeiling} is
 *     null
 * @param constant number of targets whose predictions are constant
 * @param leftOut number of targets without a correlation, for constant outputs or too few subsets
 * @param runsNeeded number of models that would narrow the interval of {@code explained} to about
 *     ±10 points; 0 where the interval is narrower already, or with one model a subset
 */
@Api
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

  /**
   * Returns the agreement of predictions with repeats: runs on fresh subsets, one or several models
   * each.
   */
  static Agreement of(HeldOut heldOut, Parallel parallel) {
    return of(
        heldOut, heldOut.times() > 1 ? Ceilings.of(heldOut, parallel) : Ceilings.NONE, parallel);
  }

  /**
   * Returns how well scores agree with runs that were used neither to compute the scores nor to
   * choose anything about them, such as λ.
   *
   * @param bias [n]: the bias plus the sum of the scores of the subset's units predicts the output;
   *     null where the scores only rank subsets
   */
  static Agreement of(ScoreRows scores, double @Nullable [] bias, Judges judges, Parallel parallel)
      throws IOException {
    Agreement agreement = of(judges.beside(scores, bias, parallel), parallel);
    return bias == null ? agreement.ofRanks() : agreement;
  }

  /**
   * Returns this agreement with {@code constant} replaced. In cross-fitting a target counts as
   * constant where no fold gives it a non-zero weight.
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

  /** Returns this agreement with only the rank correlations and the counts of targets. */
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

  /**
   * Returns the agreement of predictions with repeats, without the ceilings, which take longest.
   */
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

  /** Returns a correlation with its interval; null where no target has a correlation. */
  private static @Nullable Interval correlation(Estimates estimates, Statistic statistic) {
    return Double.isNaN(estimates.value(statistic)) ? null : estimates.interval(statistic);
  }

  /**
   * Returns the agreement of predictions with the folds of one pool, one model a subset. Each
   * statistic is computed within each fold and averaged over folds. Predictions pooled over several
   * folds would correlate negatively with noise: the predictions of a fold are drawn towards the
   * mean output of its training runs, which is low where the fold's own outputs are high.
   *
   * @param inflation factor by which the variance is larger than that of independent runs: folds
   *     correlate, since each fold both trains and judges ({@link CrossFitting})
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
