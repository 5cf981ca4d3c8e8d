package dev.whence.evaluate;

import dev.whence.design.Key;
import dev.whence.design.Purpose;
import dev.whence.linalg.Parallel;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * How well predictions match held-out runs.
 *
 * <p>Intervals come from a bootstrap that resamples subsets (the same for all targets, since they
 * share the models) and targets. Correlations are averages over targets of the correlation over
 * subsets; a target whose outputs are constant has none and is left out. "Explainable" is what the
 * subset determines: all variance less that of retraining on the same subset.
 *
 * @param mse mean squared error of the predictions against single runs, with the ½ of Ilyas et al.
 *     2022, eq. 10
 * @param opt the same of the best deterministic predictor, E[f | subset]: eq. 11, unbiased; null
 *     with one model a subset
 * @param variance the same of the best constant for each target
 * @param explained share of the explainable variance that is explained: 1 − (mse − opt)/(variance −
 *     opt); null with one model a subset
 * @param pearson with the mean of a subset's runs
 * @param pearsonPooled over all targets and subsets at once, with the mean of a subset's runs
 * @param lds linear datamodeling score: Spearman with the mean of a subset's runs (Park et al.
 *     2023)
 * @param ldsCeiling the same of E[f | subset], estimated by split halves and the Spearman–Brown
 *     formula; null with one model a subset
 * @param spearmanSingle Spearman of predictions with single runs
 * @param spearmanCeiling Spearman of the mean of a subset's other runs with a single one; null with
 *     one model a subset
 */
public record Scores(
    Interval mse,
    @Nullable Interval opt,
    Interval variance,
    @Nullable Interval explained,
    Interval pearson,
    Interval pearsonPooled,
    Interval lds,
    @Nullable Interval ldsCeiling,
    Interval spearmanSingle,
    @Nullable Interval spearmanCeiling) {

  private static final int REPLICATES = 300;

  static Scores of(HeldOut heldOut, long seed, Parallel parallel) {
    PerTarget[] whole =
        perTarget(heldOut, IntStream.range(0, heldOut.subsets()).toArray(), parallel);
    int[] all = IntStream.range(0, heldOut.targets()).toArray();
    Summary value = Summary.of(whole, all);
    Summary[] replicates = new Summary[REPLICATES];
    for (int b = 0; b < REPLICATES; b++) {
      UniformRandomProvider random = new Key(seed, Purpose.BOOTSTRAP, b).random();
      int[] subsets = draw(heldOut.subsets(), random);
      int[] targets = draw(heldOut.targets(), random);
      replicates[b] = Summary.of(perTarget(heldOut, subsets, parallel), targets);
    }
    boolean repeated = heldOut.times() > 1;
    return new Scores(
        interval(value, replicates, Summary::mse),
        repeated ? interval(value, replicates, Summary::opt) : null,
        interval(value, replicates, Summary::variance),
        repeated ? interval(value, replicates, Summary::explained) : null,
        interval(value, replicates, Summary::pearson),
        interval(value, replicates, Summary::pearsonPooled),
        interval(value, replicates, Summary::lds),
        repeated ? interval(value, replicates, Summary::ldsCeiling) : null,
        interval(value, replicates, Summary::single),
        repeated ? interval(value, replicates, Summary::ceiling) : null);
  }

  private static int[] draw(int n, UniformRandomProvider random) {
    return IntStream.range(0, n).map(i -> random.nextInt(n)).toArray();
  }

  private static Interval interval(
      Summary value, Summary[] replicates, ToDoubleFunction<Summary> part) {
    return Interval.of(
        part.applyAsDouble(value), Arrays.stream(replicates).mapToDouble(part).toArray());
  }

  private static PerTarget[] perTarget(HeldOut heldOut, int[] subsets, Parallel parallel) {
    PerTarget[] result = new PerTarget[heldOut.targets()];
    parallel.forEach(result.length, t -> result[t] = PerTarget.of(heldOut, subsets, t));
    return result;
  }

  /** Averages over targets; NaN, where a target has no value, is left out. */
  private record Summary(
      double mse,
      double opt,
      double variance,
      double explained,
      double pearson,
      double pearsonPooled,
      double lds,
      double ldsCeiling,
      double single,
      double ceiling) {

    static Summary of(PerTarget[] all, int[] targets) {
      double mse = average(all, targets, PerTarget::mse);
      double opt = average(all, targets, PerTarget::opt);
      double variance = average(all, targets, PerTarget::variance);
      double half = average(all, targets, PerTarget::halves);
      double reliability = 2 * half / (1 + half);
      return new Summary(
          mse,
          opt,
          variance,
          1 - (mse - opt) / (variance - opt),
          average(all, targets, PerTarget::pearson),
          pooled(all, targets),
          average(all, targets, PerTarget::spearman),
          Math.sqrt(Math.max(0, reliability)),
          average(all, targets, PerTarget::single),
          average(all, targets, PerTarget::ceiling));
    }

    private static double average(
        PerTarget[] all, int[] targets, ToDoubleFunction<PerTarget> part) {
      return Arrays.stream(targets)
          .mapToDouble(t -> part.applyAsDouble(all[t]))
          .filter(Double::isFinite)
          .average()
          .orElse(Double.NaN);
    }

    /** Pearson's r over all (target, subset) pairs, from each target's moments. */
    private static double pooled(PerTarget[] all, int[] targets) {
      double[] sum = new double[6];
      for (int t : targets) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += all[t].moments()[i];
        }
      }
      double n = sum[0];
      double xy = sum[5] - sum[1] * sum[2] / n;
      double xx = sum[3] - sum[1] * sum[1] / n;
      double yy = sum[4] - sum[2] * sum[2] / n;
      return xy / Math.sqrt(xx * yy);
    }
  }
}
