package dev.whence.evaluate;

import dev.whence.base.Parallel;
import dev.whence.pool.Targets;
import dev.whence.regress.statistics.Runs;
import dev.whence.store.RunStore;
import dev.whence.store.ScoreRows;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs that judge scores, on subsets with one or several models each. These runs must have been
 * used neither to compute the scores nor to choose anything about them.
 *
 * @param runs masks of the runs and their outputs of every target; the runs of one subset are
 *     neighbours
 * @param times number of models trained on each subset
 * @param units for each target the unit of S that it belongs to, or −1; a target in S is judged
 *     only by subsets without its unit
 */
public record Judges(Runs runs, int times, int[] units) {

  /** Largest number of a pool's runs that are read to judge scores. */
  private static final int MOST = 6000;

  /** Returns the repeats of a study's pool; null where too few subsets are trained. */
  public static @Nullable Judges repeats(Study study, StudyPool pool, String output)
      throws IOException {
    if (!RunStore.exists(pool.repeats()) || pool.spec() == null) {
      return null;
    }
    RunStore store = RunStore.open(pool.repeats(), List.of(output));
    int times = pool.spec().repeats().times();
    int subsets = store.doneRuns() / times;
    if (subsets < TargetScores.FEWEST) {
      return null;
    }
    return of(store, output, subsets * times, times, Targets.of(study));
  }

  /** Returns the first runs of a study's pool, each on a subset of its own. */
  public static Judges pool(Study study, StudyPool pool, String output) throws IOException {
    RunStore store = RunStore.open(pool.runs(), List.of(output));
    return of(store, output, Math.min(MOST, store.doneRuns()), 1, Targets.of(study));
  }

  private static Judges of(RunStore store, String output, int runs, int times, Targets targets)
      throws IOException {
    int[] all = IntStream.range(0, targets.count()).toArray();
    return new Judges(Runs.read(store, output, runs, all), times, targets.units());
  }

  /** Returns the number of subsets. */
  public int subsets() {
    return runs.count() / times;
  }

  /** Returns the mean accuracy of the models; null where the output does not tell it. */
  @Nullable Double accuracy(String output) {
    return Accuracy.of(output, runs.outputs(), units);
  }

  /** Returns n, the number of targets. */
  public int targets() {
    return units.length;
  }

  /**
   * Returns the runs beside the predictions of scores: a prediction is the sum of the scores of the
   * subset's units (Ilyas et al. 2022, eq. 5; Park et al. 2023, eq. 3).
   *
   * @param bias [n], added to the sum; null for no bias
   */
  HeldOut beside(ScoreRows scores, double @Nullable [] bias, Parallel parallel) throws IOException {
    int n = targets();
    double[] predictions = new double[Math.multiplyExact(subsets(), n)];
    scores.forEach(
        (t, row) -> {
          SparseDatamodel model = SparseDatamodel.of(row, bias == null ? 0 : bias[t]);
          parallel.forEach(subsets(), r -> predictions[r * n + t] = model.predict(runs, r * times));
        });
    return beside(predictions);
  }

  /**
   * Returns the runs beside the predictions of some targets' datamodels.
   *
   * @param models one datamodel for each target of {@code sample}
   * @param sample indices of the targets, none of which is in S
   */
  HeldOut beside(List<SparseDatamodel> models, int[] sample) {
    int n = sample.length;
    double[] predictions = new double[subsets() * n];
    boolean[] applies = new boolean[predictions.length];
    Arrays.fill(applies, true);
    float[] outputs = new float[runs.count() * n];
    for (int i = 0; i < n; i++) {
      SparseDatamodel model = models.get(i);
      for (int r = 0; r < subsets(); r++) {
        predictions[r * n + i] = model.predict(runs, r * times);
      }
      for (int r = 0; r < runs.count(); r++) {
        outputs[r * n + i] = runs.output(r, sample[i]);
      }
    }
    return new HeldOut(subsets(), times, n, outputs, predictions, applies);
  }

  /**
   * Returns the runs beside predictions.
   *
   * @param predictions [subsets, n]; NaN where there is no prediction
   */
  HeldOut beside(double[] predictions) {
    int n = targets();
    boolean[] applies = new boolean[predictions.length];
    for (int r = 0; r < subsets(); r++) {
      for (int t = 0; t < n; t++) {
        applies[r * n + t] =
            Double.isFinite(predictions[r * n + t])
                && (units[t] < 0 || !runs.holds(r * times, units[t]));
      }
    }
    return new HeldOut(subsets(), times, n, runs.outputs(), predictions, applies);
  }
}
