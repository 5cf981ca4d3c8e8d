package dev.whence.evaluate;

import dev.whence.base.Parallel;
import dev.whence.pool.Targets;
import dev.whence.regress.statistics.Runs;
import dev.whence.store.RunStore;
import dev.whence.store.ScoreRows;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs that judge scores, on subsets with one or several models each. They must not have made the
 * scores, nor chosen anything of them.
 *
 * @param runs their masks and outputs of every target; those of one subset follow each other
 * @param times models trained on each subset
 * @param units for each target the unit of S that it is, or −1: such a target is judged by subsets
 *     without it
 */
public record Judges(Runs runs, int times, int[] units) {

  /** Runs of a pool that are read to judge. */
  private static final int MOST = 6000;

  /** Returns the repeats of a study; null where there are too few. */
  public static @Nullable Judges repeats(Study study, String output) throws IOException {
    if (!RunStore.exists(study.repeats())) {
      return null;
    }
    RunStore store = RunStore.open(study.repeats(), List.of(output));
    int times = study.manifest().repeats().times();
    int subsets = store.doneRuns() / times;
    if (subsets < TargetScores.FEWEST) {
      return null;
    }
    return of(store, output, subsets * times, times, Targets.of(study));
  }

  /** Returns the first runs of a study's pool, each on a subset of its own. */
  public static Judges pool(Study study, String output) throws IOException {
    RunStore store = RunStore.open(study.pool(), List.of(output));
    return of(store, output, Math.min(MOST, store.doneRuns()), 1, Targets.of(study));
  }

  private static Judges of(RunStore store, String output, int runs, int times, Targets targets)
      throws IOException {
    int[] all = IntStream.range(0, targets.count()).toArray();
    return new Judges(Runs.read(store, output, runs, all), times, targets.units());
  }

  /** Returns how many subsets there are. */
  public int subsets() {
    return runs.count() / times;
  }

  /** Returns n. */
  public int targets() {
    return units.length;
  }

  /**
   * Returns the runs beside what scores say of them: the sum of those of the units held (Ilyas et
   * al. 2022, eq. 5; Park et al. 2023, eq. 3).
   *
   * @param bias [n], added; null for none
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
   * Returns the runs beside what datamodels of some targets say of them.
   *
   * @param models of the targets {@code sample}, none of which is in S
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
   * @param predictions [subsets, n]; NaN where there is none
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
