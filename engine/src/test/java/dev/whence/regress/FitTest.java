package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.base.Parallel;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.design.Mask;
import dev.whence.design.UniformSubsets;
import dev.whence.pool.Digest;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.PoolStatistics;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitTest {

  private static final int D = 24;
  private static final int N = 70;

  private static final PathOptions WHOLE = new PathOptions(100, 0.01, 1e-4, 1e-12, 0);

  @TempDir Path folder;

  /**
   * Makes a study of imported runs of planted datamodels; target t is unit t of S where t <
   * inTrain.
   */
  private Path study(String name, int m, int inTrain) throws IOException {
    Path study = folder.resolve(name);
    int[] units = IntStream.range(0, N).map(t -> t < inTrain ? t : -1).toArray();
    Manifest manifest = Manifest.imported(0, D, N, "output", 16);
    Study.create(
        study,
        staging -> {
          manifest.write(staging.resolve("study.json"));
          Json.write(staging.resolve("targets.json"), Map.of("units", units));
          fill(RunStore.create(staging.resolve("pool"), m, D, Map.of("output", new int[] {N}), 16));
        });
    return study;
  }

  private static void fill(RunStore store) throws IOException {
    UniformSubsets design = new UniformSubsets(D, 0.5);
    for (int c = 0; c < store.chunks(); c++) {
      List<Mask> masks = new ArrayList<>();
      List<float[]> outputs = new ArrayList<>();
      for (int i = 0; i < store.rowsOf(c); i++) {
        long row = (long) c * store.chunkRows() + i;
        Mask mask = design.mask(1, Purpose.SUBSET, row);
        Random noise = new Random(row);
        float[] output = new float[N];
        for (int t = 0; t < N; t++) {
          for (int j = 0; j < D; j++) {
            output[t] += mask.holds(j) ? weight(t, j) : 0;
          }
          output[t] += (float) (0.1 * noise.nextGaussian());
        }
        masks.add(mask);
        outputs.add(output);
      }
      store.write(c, masks, Map.of("output", outputs));
    }
  }

  /**
   * A few large weights; exact-size subsets determine weights up to a constant, so some must be 0.
   */
  private static float weight(int t, int j) {
    return (t + j) % 5 == 0 ? (t % 3 - 1) + 0.5f : 0;
  }

  private static FitOptions options(String estimator, int m) {
    return new FitOptions(estimator, "output", m, new Folds(5, false), PathOptions.DEFAULT);
  }

  private static void fit(Path study, String estimator, int threads) throws IOException {
    Study open = Study.open(study);
    try (Workers workers = Workers.threads(threads)) {
      Fit.run(open, FitSpec.of(options(estimator, 1000)).models(null), workers);
    }
  }

  @Test
  void findsPlantedWeights() throws IOException {
    Path study = study("s", 300, 0);
    fit(study, "lasso", 2);
    DatamodelStore store = DatamodelStore.open(study.resolve("datamodels"));
    for (int t = 0; t < N; t++) {
      for (int j = 0; j < D; j++) {
        assertThat(store.row(t)[j]).isCloseTo(weight(t, j), within(0.1f));
      }
    }
    assertThat(Arrays.stream(store.doubles("gap")).max().orElse(1))
        .isLessThanOrEqualTo(PathOptions.DEFAULT.tolerance());
  }

  @Test
  void threadsAndInterruptionsChangeNoBit() throws IOException {
    Path one = study("one", 100, 3);
    fit(one, "lasso", 1);
    Path two = study("two", 100, 3);
    fit(two, "lasso", 2);
    assertThat(Digest.of(two)).isEqualTo(Digest.of(one));
    Files.delete(two.resolve("datamodels/ledger/000001.json"));
    Files.write(two.resolve("datamodels/weights/c/1/0"), new byte[3]);
    fit(two, "lasso", 2);
    assertThat(Digest.of(two)).isEqualTo(Digest.of(one));
  }

  @Test
  void countsLeftOnDiskChangeNoBit() throws IOException {
    Path loaded = study("loaded", 100, 3);
    fit(loaded, "lasso", 2);
    Path mapped = study("mapped", 100, 3);
    System.setProperty(PoolStatistics.MAPPED, "true");
    try {
      fit(mapped, "lasso", 2);
    } finally {
      System.clearProperty(PoolStatistics.MAPPED);
    }
    assertThat(Digest.of(mapped)).isEqualTo(Digest.of(loaded));
  }

  @Test
  void outputsThatAreNoNumbersAreRefused() throws IOException {
    Path study = study("s", 60, 0);
    RunStore store =
        RunStore.create(study.resolve("pool"), 60, D, Map.of("output", new int[] {N}), 16);
    List<Mask> masks = new ArrayList<>();
    List<float[]> outputs = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      masks.add(new UniformSubsets(D, 0.5).mask(1, Purpose.SUBSET, 16 + i));
      outputs.add(new float[N]);
    }
    outputs.get(5)[7] = Float.NEGATIVE_INFINITY;
    store.write(1, masks, Map.of("output", outputs));
    assertThatThrownBy(() -> fit(study, "lasso", 1))
        .isInstanceOf(BadInputException.class)
        .hasMessage("output, run 21, target 7: expected a finite number, found -Infinity");
  }

  @Test
  void otherOptionsBeginAnew() throws IOException {
    Path study = study("s", 60, 0);
    fit(study, "ridge", 2);
    fit(study, "ols", 2);
    DatamodelStore store = DatamodelStore.open(study.resolve("datamodels"));
    assertThat(store.doubles("lambda")).containsOnly(0);
  }

  @Test
  void targetsInTheTrainingSetUseOnlyRunsWithoutThem() throws IOException {
    Path study = study("s", 200, 5);
    fit(study, "lasso", 2);
    DatamodelStore store = DatamodelStore.open(study.resolve("datamodels"));
    Runs runs = Runs.read(RunStore.open(study.resolve("pool"), List.of("output")), "output");
    int t = 2;
    int[] rows = IntStream.range(0, 200).filter(i -> !runs.holds(i, t)).toArray();
    try (Parallel parallel = new Parallel(1)) {
      Statistics direct = Statistics.of(runs, rows, new int[] {t}, parallel);
      Lasso solver = new Lasso(direct, Penalty.LASSO, new SubGram.Tiles()).target(0);
      solver.solve(store.doubles("lambda")[t], 1e-13);
      float[] weights = store.row(t);
      for (int j = 0; j < D; j++) {
        assertThat(weights[j]).isCloseTo((float) solver.weights()[j], within(1e-5f));
      }
      assertThat(weights[t]).isZero();
      assertThat(store.doubles("bias")[t])
          .isCloseTo(direct.bias(0, solver.weights()), within(1e-5));
    }
  }

  /** The datamodels of a pool that grew are those of one that was always so large. */
  @Test
  void aPoolThatGrewChangesNoBit() throws IOException {
    Path whole = study("whole", 200, 3);
    fit(whole, "lasso", 2);
    Path grown = study("grown", 109, 3); // the last chunk of 16 is not full
    fit(grown, "lasso", 1);
    fill(RunStore.create(grown.resolve("pool"), 200, D, Map.of("output", new int[] {N}), 16));
    fit(grown, "lasso", 2);
    assertThat(Digest.of(grown)).isEqualTo(Digest.of(whole));
  }

  /** Folds of 130 make slabs of 8,320 runs: here two, and some runs. */
  @Test
  void wholeSlabsAreKeptAndTheRestIsSummedAnew() throws IOException {
    int slab = new Folds(130, true).slab();
    Path whole = study("whole", 2 * slab + 100, 3);
    fitSlabs(whole);
    Path grown = study("grown", slab + 7, 3);
    fitSlabs(grown);
    fill(
        RunStore.create(
            grown.resolve("pool"), 2L * slab + 100, D, Map.of("output", new int[] {N}), 16));
    Files.write(grown.resolve("pool/output/c/0/0"), new byte[3]); // of which nothing is read again
    Files.copy(whole.resolve("pool/output/c/0/0"), folder.resolve("first"));
    assertThatThrownBy(() -> fitSlabs(grown)).hasMessageContaining("pool/output/c/0/0");
    Files.write(grown.resolve("pool/output/c/0/0"), Files.readAllBytes(folder.resolve("first")));
    Files.write(grown.resolve("pool/output/c/1/0"), new byte[3]);
    fitSlabs(grown);
    Files.write(
        grown.resolve("pool/output/c/1/0"), Files.readAllBytes(whole.resolve("pool/output/c/1/0")));
    assertThat(Digest.of(grown)).isEqualTo(Digest.of(whole));
  }

  private static void fitSlabs(Path study) throws IOException {
    PathOptions path = new PathOptions(5, 0.1, 1e-3, 1e-6, 0);
    Study open = Study.open(study);
    try (Workers workers = Workers.threads(2)) {
      FitSpec spec = FitSpec.DEFAULT.estimator("ridge").folds(130, false);
      Fit.run(open, spec.path(path), workers);
    }
  }

  @Test
  void refusesRunsThatChanged() throws IOException {
    Path study = study("s", 80, 0);
    fit(study, "lasso", 1);
    Path other = study("other", 80, 0);
    RunStore store =
        RunStore.create(other.resolve("pool"), 96, D, Map.of("output", new int[] {N}), 16);
    fill(store);
    Files.copy(
        other.resolve("pool/ledger/000005.json"),
        study.resolve("pool/ledger/000002.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Folders.delete(study.resolve("datamodels"));
    assertThatThrownBy(() -> fit(study, "lasso", 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("chunk 2 of masks has changed");
  }

  @Test
  void crossValidationChoosesByAllFolds() throws IOException {
    Path study = study("s", 200, 2);
    FitOptions options = new FitOptions("lasso", "output", 200, new Folds(4, true), WHOLE);
    Study open = Study.open(study);
    try (Workers workers = Workers.threads(2)) {
      Fit.run(open, FitSpec.of(options), workers);
    }
    DatamodelStore store = DatamodelStore.open(study.resolve("datamodels"));
    Runs runs = Runs.read(RunStore.open(study.resolve("pool"), List.of("output")), "output");
    int t = 30;
    double[] errors = new double[WHOLE.lambdas()];
    double max = 0;
    try (Parallel parallel = new Parallel(1)) {
      int[] all = IntStream.range(0, 200).toArray();
      max =
          new Lasso(
                  Statistics.of(runs, all, new int[] {t}, parallel),
                  Penalty.LASSO,
                  new SubGram.Tiles())
              .target(0)
              .lambdaMax();
      for (int fold = 0; fold < 4; fold++) {
        int held = fold;
        int[] in = IntStream.of(all).filter(i -> i % 4 != held).toArray();
        int[] out = IntStream.of(all).filter(i -> i % 4 == held).toArray();
        Statistics train = Statistics.of(runs, in, new int[] {t}, parallel);
        Statistics rest = Statistics.of(runs, out, new int[] {t}, parallel);
        Lasso solver = new Lasso(train, Penalty.LASSO, new SubGram.Tiles()).target(0);
        for (int k = 0; k < errors.length; k++) {
          solver.solve(options.path().lambda(max, k), 1e-9);
          errors[k] += rest.error(0, solver.weights(), train.bias(0, solver.weights())) / 4;
        }
      }
    }
    double[] stored = store.doubles("validation_error");
    int best = 0;
    for (int k = 0; k < errors.length; k++) {
      assertThat(stored[t * errors.length + k]).isCloseTo(errors[k], within(2e-3 * errors[k]));
      best = stored[t * errors.length + k] < stored[t * errors.length + best] ? k : best;
    }
    assertThat(store.doubles("lambda")[t])
        .isCloseTo(options.path().lambda(max, best), within(1e-9));
  }

  @Test
  void refusesTooFewRuns() throws IOException {
    Path study = study("s", 2, 0);
    assertThatThrownBy(() -> fit(study, "lasso", 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at least 5 finished runs, found 2");
  }
}
