package dev.whence.evaluate;

import dev.whence.base.Parallel;
import dev.whence.design.Mask;
import dev.whence.regress.Datamodel;
import dev.whence.regress.FitOptions;
import dev.whence.regress.Refit;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.Runs;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Subsets of the repeats that runs of the pool had too. With few units a fresh subset is not always
 * an unseen one: 5 sources, of which 2 or 3 are in, make only 10 subsets. Each subset of the
 * repeats is then predicted by a fit to the runs on other subsets.
 *
 * @param count number of the repeats' subsets that the pool had too
 */
record SeenSubsets(int count) {

  private static final int FOLDS = 10;
  private static final double TOLERANCE = 1e-6;

  static SeenSubsets of(Runs repeats, int times, RunStore pool, int runs) throws IOException {
    Set<Mask> fresh = new HashSet<>();
    for (int r = 0; r < repeats.count(); r += times) {
      fresh.add(repeats.mask(r));
    }
    Set<Mask> seen = new HashSet<>();
    int bytes = Mask.bytes(pool.units());
    for (int c = 0, i = 0; i < runs; c++) {
      byte[] packed = pool.masksOf(c);
      for (int r = 0; r < pool.rowsOf(c) && i < runs; r++, i++) {
        Mask mask =
            new Mask(
                pool.units(), java.util.Arrays.copyOfRange(packed, r * bytes, (r + 1) * bytes));
        if (fresh.contains(mask)) {
          seen.add(mask);
        }
      }
    }
    int count = 0;
    for (int r = 0; r < repeats.count(); r += times) {
      count += seen.contains(repeats.mask(r)) ? 1 : 0;
    }
    return new SeenSubsets(count);
  }

  /**
   * Predicts the repeats by fits to the pool's runs on other subsets.
   *
   * @param runs runs of the pool, with the outputs of the judged targets
   * @param units for each judged target the unit of S that it belongs to, or −1
   * @param judged indices of the judged targets
   * @param predictions [subsets, n], filled for the judged targets
   */
  void predict(
      Runs repeats,
      int times,
      Runs runs,
      int[] units,
      int[] judged,
      FitOptions options,
      double[] predictions,
      int n,
      Parallel parallel) {
    Map<Mask, Integer> index = new HashMap<>();
    int[] subsetOf =
        IntStream.range(0, runs.count())
            .map(i -> index.computeIfAbsent(runs.mask(i), m -> index.size()))
            .toArray();
    int folds = Math.max(2, Math.min(FOLDS, index.size()));
    Refit refit = new Refit(runs, units, options, TOLERANCE);
    for (int f = 0; f < folds; f++) {
      int fold = f;
      int[] others =
          IntStream.range(0, runs.count()).filter(i -> subsetOf[i] % folds != fold).toArray();
      Folds inner = Folds.forRuns(options.folds(), others.length);
      List<Datamodel> models = refit.fit(inner.split(others), inner.crossValidate(), parallel);
      for (int r = 0; r < repeats.count() / times; r++) {
        Integer subset = index.get(repeats.mask(r * times));
        if ((subset == null ? r : subset) % folds == fold) {
          for (int t = 0; t < judged.length; t++) {
            predictions[r * n + judged[t]] =
                SparseDatamodel.of(models.get(t)).predict(repeats, r * times);
          }
        }
      }
    }
  }
}
