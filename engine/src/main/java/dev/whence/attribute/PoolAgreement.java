package dev.whence.attribute;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.design.Units;
import dev.whence.evaluate.Correlation;
import dev.whence.pool.Targets;
import dev.whence.regress.statistics.Runs;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How scores agree with runs of the pool on some targets: for what a method chooses. The runs that
 * judge scores are others, the repeats.
 *
 * @param examples the targets, as examples
 * @param runs outputs of these targets
 * @param unitOfExample for each example of S its unit
 */
record PoolAgreement(Dataset examples, Runs runs, int[] unitOfExample) {

  private static final int TARGETS = 40;
  private static final int RUNS = 500;

  /** Returns the agreement over random targets that are not in S; null without a pool to ask. */
  static @Nullable PoolAgreement of(AttributionTask task) throws IOException {
    if (!task.study().pool().exists()) {
      return null;
    }
    RunStore store = RunStore.open(task.study().pool().runs(), List.of(task.output()));
    int count = Math.min(RUNS, store.doneRuns());
    Dataset first = task.targets().getFirst();
    if (count < TARGETS || first.features() == task.train().features()) {
      return null;
    }
    int[] order = IntStream.range(0, first.rows()).toArray();
    long seed = task.study().manifest().seed();
    Key.shuffle(order, order.length, new Key(seed, Purpose.SAMPLE, -5).random());
    int[] chosen = IntStream.of(Arrays.copyOf(order, Math.min(TARGETS, order.length))).toArray();
    Units units = Targets.units(task.study().manifest(), task.train());
    return new PoolAgreement(
        first.select(chosen), Runs.read(store, task.output(), count, chosen), units.ofExample());
  }

  /**
   * Returns the mean over targets of the rank correlation of summed scores with outputs.
   *
   * @param scores [targets][examples]
   */
  double of(float[][] scores) {
    double sum = 0;
    int counted = 0;
    for (int t = 0; t < scores.length; t++) {
      float[] row = scores[t];
      int target = t;
      double[] predicted = new double[runs.count()];
      for (int r = 0; r < predicted.length; r++) {
        for (int i = 0; i < row.length; i++) {
          predicted[r] += runs.holds(r, unitOfExample[i]) ? row[i] : 0;
        }
      }
      double[] actual =
          IntStream.range(0, predicted.length).mapToDouble(r -> runs.output(r, target)).toArray();
      double agreement = Correlation.spearman(predicted, actual);
      if (Double.isFinite(agreement)) {
        sum += agreement;
        counted++;
      }
    }
    return counted == 0 ? 0 : sum / counted;
  }

  /** Scores of some targets by the value of a setting, [targets][examples]. */
  interface ByValue {
    float[][] scores(double value) throws IOException;
  }

  /** What a method says of some targets before a setting is chosen. */
  interface Candidates {
    ByValue on(Dataset targets) throws IOException;
  }

  /** Returns the value whose scores agree best; {@code otherwise} without a pool to ask. */
  static double best(
      AttributionTask task, List<Double> values, double otherwise, Candidates candidates)
      throws IOException {
    PoolAgreement pool = of(task);
    if (pool == null) {
      return otherwise;
    }
    ByValue scores = candidates.on(pool.examples);
    double best = otherwise;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      double agreement = pool.of(scores.scores(value));
      if (agreement > most) {
        most = agreement;
        best = value;
      }
    }
    return best;
  }
}
