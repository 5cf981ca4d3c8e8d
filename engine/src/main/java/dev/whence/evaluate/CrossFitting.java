package dev.whence.evaluate;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.Datamodel;
import dev.whence.regress.FitOptions;
import dev.whence.regress.Refit;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Judges datamodels by the pool alone, where a study has no repeats. Datamodels are fitted anew to
 * a part of the runs, with λ and everything else chosen within that part, and judged by the other
 * runs.
 *
 * <p>Up to {@link #MOST} runs there are {@link #FOLDS} folds, and each fold judges the fit to the
 * other folds; above that, or where memory is short, one sixth of the runs judges the fit to the
 * rest. Folds are not independent. Where the weights are a linear fit to pure noise, fold k agrees
 * with the fit to fold j as fold j does with the fit to fold k, so that the variance of the mean
 * over folds is twice that of independent runs; where the weights are all signal the variance is
 * the same. In between the factor is 2 − r, where r is the fraction of the weights that is signal.
 * It is estimated from the cosine c of two folds' weights: the two fits share the fraction o = (J −
 * 2)/(J − 1) of their runs, and r = (c − o)/(1 − o). In simulations the factor is seldom below 1.6
 * where it matters, so smaller estimates are replaced by 1.6.
 *
 * <p>The result estimates the agreement of weights fitted to (J − 1)/J of the runs with fresh runs,
 * a little less than that of the weights fitted to all runs.
 *
 * @param scores agreement of predictions and outputs, averaged over folds
 * @param first predictions and outputs of the first fold that judged
 * @param runs number of runs that judged
 */
record CrossFitting(Agreement scores, HeldOut first, int runs) {

  static final int FOLDS = 5;
  static final int MOST = 6000;

  private static final int SPLIT = 6;
  private static final double LEAST_FACTOR = 1.6;

  /**
   * Duality gap, relative to the variance of the outputs, at which a fit made only for judging
   * stops.
   */
  private static final double TOLERANCE = 1e-6;

  /**
   * Fits datamodels to parts of the pool and judges them by the other runs.
   *
   * @param runs runs of the pool, with the outputs of the judged targets
   * @param units for each judged target the unit of S that it belongs to, or −1
   * @param single whether only one part of the runs judges, which takes less time
   * @param room whether the counts of every fold fit in memory, so that all folds can choose λ
   */
  static CrossFitting of(
      Runs runs,
      int[] units,
      FitOptions options,
      boolean single,
      boolean room,
      Parallel parallel,
      Progress progress) {
    int folds = single ? SPLIT : FOLDS;
    int judged = single ? 1 : FOLDS;
    List<HeldOut> heldOut = new ArrayList<>();
    List<List<Datamodel>> fitted = new ArrayList<>();
    Refit refit = new Refit(runs, units, options, TOLERANCE);
    try (Progress.Task task = progress.start("fitting without the judges", judged, "folds")) {
      for (int j = 0; j < judged; j++) {
        int fold = j;
        int[] judges = rows(runs.count(), i -> i % folds == fold);
        int[] others = rows(runs.count(), i -> i % folds != fold);
        Folds inner =
            room
                ? Folds.forRuns(options.folds(), others.length)
                : new Folds(options.folds().count(), false);
        List<Datamodel> models = refit.fit(inner.split(others), inner.crossValidate(), parallel);
        fitted.add(models);
        heldOut.add(heldOut(runs, judges, units, models, parallel));
        task.step(1);
      }
    }
    double factor = single ? 1 : Math.max(LEAST_FACTOR, 2 - signal(fitted));
    int empty = (int) IntStream.range(0, units.length).filter(t -> isEmpty(fitted, t)).count();
    return new CrossFitting(
        Agreement.ofFolds(heldOut, factor, parallel).withConstant(empty),
        heldOut.getFirst(),
        heldOut.stream().mapToInt(HeldOut::subsets).sum());
  }

  private static int[] rows(int count, java.util.function.IntPredicate in) {
    return IntStream.range(0, count).filter(in).toArray();
  }

  /** Returns the outputs of the runs {@code judges} beside the models' predictions of them. */
  static HeldOut heldOut(
      Runs runs, int[] judges, int[] units, List<Datamodel> models, Parallel parallel) {
    int n = units.length;
    float[] outputs = new float[Math.multiplyExact(judges.length, n)];
    double[] predictions = new double[outputs.length];
    boolean[] applies = new boolean[outputs.length];
    parallel.forEach(
        n,
        t -> {
          SparseDatamodel model = SparseDatamodel.of(models.get(t));
          for (int r = 0; r < judges.length; r++) {
            int at = r * n + t;
            outputs[at] = runs.output(judges[r], t);
            predictions[at] = model.predict(runs, judges[r]);
            applies[at] =
                Double.isFinite(predictions[at])
                    && (units[t] < 0 || !runs.holds(judges[r], units[t]));
          }
        });
    return new HeldOut(judges.length, 1, n, outputs, predictions, applies);
  }

  private static boolean isEmpty(List<List<Datamodel>> fitted, int t) {
    return fitted.stream().allMatch(fold -> SparseDatamodel.of(fold.get(t)).size() == 0);
  }

  /** Returns r, the fraction of the weights that is signal, averaged over targets. */
  private static double signal(List<List<Datamodel>> fitted) {
    int folds = fitted.size();
    double shared = (folds - 2.0) / (folds - 1);
    double sum = 0;
    int targets = fitted.getFirst().size();
    for (int t = 0; t < targets; t++) {
      double cosine = 0;
      for (int j = 0; j < folds; j++) {
        for (int k = 0; k < j; k++) {
          cosine +=
              cosine(fitted.get(j).get(t).weights(), fitted.get(k).get(t).weights())
                  / (folds * (folds - 1) / 2.0);
        }
      }
      sum += Math.clamp((cosine - shared) / (1 - shared), 0, 1);
    }
    return sum / targets;
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < a.length; j++) {
      ab += a[j] * b[j];
      aa += a[j] * a[j];
      bb += b[j] * b[j];
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }
}
