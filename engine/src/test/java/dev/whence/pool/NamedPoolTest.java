package dev.whence.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.data.Relabelling;
import dev.whence.design.Mask;
import dev.whence.learn.Workplace;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Fit;
import dev.whence.regress.FitSpec;
import dev.whence.regress.NamedScores;
import dev.whence.store.Manifest;
import dev.whence.store.PoolSpec;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools by name, executors by name, runs that are listed. */
class NamedPoolTest {

  @TempDir Path folder;

  private Study study() throws IOException {
    Path study = folder.resolve("s");
    PoolTest.SMALL.create(study);
    return Study.open(study);
  }

  private static StudyPool pool(Study study, String name, double alpha, int... vary)
      throws IOException {
    PoolSpec own = PoolSpec.of(study.manifest()).named(name).alpha(alpha);
    return StudyPool.of(
        study,
        name,
        new PoolSpec(
            own.seed(), own.design(), vary.length == 0 ? null : vary, new Manifest.Repeats(2, 2)));
  }

  private static void train(Study study, StudyPool pool, int models, String executor)
      throws IOException {
    try (Workers workers = Workers.threads(2);
        Executor where = ExecutorFactory.of(executor).create(workers)) {
      Pool.of(study, pool).train(models, where, Progress.NONE, "test");
    }
  }

  private static Mask mask(Path runs, int row) throws IOException {
    RunStore store = RunStore.open(runs, List.of());
    int bytes = Mask.bytes(store.units());
    byte[] packed = store.masks(row + 1);
    return new Mask(
        store.units(), java.util.Arrays.copyOfRange(packed, row * bytes, row * bytes + bytes));
  }

  @Test
  void aPoolHasItsOwnSubsetsAtItsOwnAlpha() throws IOException {
    Study study = study();
    train(study, study.pool(), 9, "threads");
    StudyPool tenth = pool(study, "a10", 0.1);
    train(study, tenth, 11, "threads");
    assertThat(RunStore.open(tenth.runs(), List.of("margin")).doneRuns()).isEqualTo(11);
    assertThat(RunStore.open(tenth.repeats(), List.of("margin")).doneRuns()).isEqualTo(4);
    for (int row = 0; row < 9; row++) {
      Mask small = mask(tenth.runs(), row);
      Mask half = mask(study.pool().runs(), row);
      assertThat(small.size()).isEqualTo(200);
      int common = (int) IntStream.of(small.members()).filter(half::holds).count();
      assertThat(common).as("independent, not nested").isBetween(60, 140);
    }
    assertThat(mask(tenth.repeats(), 0)).isEqualTo(mask(tenth.repeats(), 1));
    assertThat(StudyPool.names(study.folder())).containsExactly("pool", "a10");
    assertThatThrownBy(() -> pool(study, "a10", 0.2)).hasMessageContaining("as it was made");
    assertThatThrownBy(() -> study.pool("a1O")).hasMessageContaining("a10");
    assertThatThrownBy(() -> pool(study, "../x", 0.2)).isInstanceOf(BadInputException.class);
  }

  @Test
  void onlyTheUnitsThatVaryGoOut() throws IOException {
    Study study = study();
    int[] vary = {3, 17, 18, 40, 1999};
    StudyPool few = pool(study, "few", 0.4, vary);
    train(study, few, 40, "threads");
    boolean[] out = new boolean[2000];
    for (int row = 0; row < 40; row++) {
      Mask mask = mask(few.runs(), row);
      assertThat(mask.size()).isEqualTo(1995 + 2);
      for (int j = 0; j < 2000; j++) {
        out[j] |= !mask.holds(j);
      }
    }
    assertThat(IntStream.range(0, 2000).filter(j -> out[j]).toArray()).containsExactly(vary);
    try (Workers workers = Workers.threads(2)) {
      Fit.run(
          study,
          FitSpec.DEFAULT.named("few").pool("few").estimator("ridge").folds(5, true),
          workers);
    }
    float[] row = DatamodelStore.finished(NamedScores.folder(study, "few")).row(7);
    for (int j = 0; j < 2000; j++) {
      assertThat(row[j] != 0).as("unit %d", j).isEqualTo(out[j]);
    }
    assertThatThrownBy(() -> pool(study, "bad", 0.5, 3, 2000)).hasMessageContaining("vary");
    assertThatThrownBy(() -> pool(study, "bad", 0.5, 3)).hasMessageContaining("at least 2");
  }

  @Test
  void whereRunsAreTrainedChangesNoBit() throws IOException {
    Study here = study();
    train(here, here.pool(), 21, "threads");
    Path other = folder.resolve("t");
    PoolTest.SMALL.create(other);
    Study there = Study.open(other);
    train(there, there.pool(), 21, "travelling");
    assertThat(Digest.of(there.folder())).isEqualTo(Digest.of(here.folder()));
    assertThatThrownBy(() -> ExecutorFactory.of("thread"))
        .hasMessageContaining("threads")
        .hasMessageContaining("travelling");
  }

  @Test
  void listedRunsAreWhatTheListSays() throws IOException {
    Study study = study();
    train(study, study.pool(), 2, "threads");
    List<RunSpec> list = new ArrayList<>();
    Key key = new Key(study.manifest().seed(), Purpose.TRAINING, 1);
    Mask same = mask(study.pool().runs(), 1);
    list.add(new RunSpec(same, Relabelling.NONE, key));
    list.add(new RunSpec(same, new Relabelling(new int[] {0, 1, 2}, new int[] {9, 9, 9}), key));
    RunRecipe recipe = new RunRecipe(study.manifest(), new RunPlan.Listed(list));
    RunRecipe travelled = RunRecipe.of(recipe.json());
    assertThat(travelled.json()).isEqualTo(recipe.json());
    Workplace workplace = Workplace.of(study.folder());
    try (Runner runner = new Runner(new Job(travelled, study.data(), workplace))) {
      float[] pool = RunStore.open(study.pool().runs(), List.of("margin")).outputs("margin", 2);
      float[] listed = runner.run(0).outputs().get("margin");
      assertThat(listed).containsExactly(java.util.Arrays.copyOfRange(pool, 500, 1000));
      assertThat(runner.run(1).outputs().get("margin")).isNotEqualTo(listed);
    }
  }

  @Test
  void fitsOfTwoPoolsKeepTheirSums() throws IOException {
    Study study = study();
    train(study, study.pool(), 30, "threads");
    train(study, pool(study, "a10", 0.1), 20, "threads");
    FitSpec spec = FitSpec.DEFAULT.estimator("difference-of-means").folds(4, false);
    try (Workers workers = Workers.threads(2)) {
      Fit.run(study, spec, workers);
      float[] own = DatamodelStore.finished(study).row(3);
      Fit.run(study, spec.pool("a10"), workers);
      assertThat(DatamodelStore.finished(study).row(3)).isNotEqualTo(own);
      Fit.run(study, spec, workers);
      assertThat(DatamodelStore.finished(study).row(3)).isEqualTo(own);
    }
  }

  @Test
  void whatIsRefusedLeavesNoPool() throws IOException {
    Study study = study();
    for (double alpha : new double[] {0, 1, -0.5, 2, Double.NaN}) {
      assertThatThrownBy(() -> train(study, pool(study, "b", alpha), 5, "threads"))
          .as("alpha %s", alpha)
          .hasMessageContaining("alpha: expected a fraction between 0 and 1");
    }
    assertThatThrownBy(() -> train(study, pool(study, "b", 0.3), 999_999_999, "threads"))
        .hasMessageContaining("--models");
    assertThat(study.folder().resolve("pools")).doesNotExist();
    train(study, pool(study, "b", 0.2), 5, "threads");
    for (String name : new String[] {"zarr.json", "x.partial", "a/b", "..", ""}) {
      assertThatThrownBy(() -> pool(study, name, 0.5)).hasMessageContaining("name of a pool");
      assertThatThrownBy(() -> NamedScores.folder(study, name))
          .hasMessageContaining("name of scores");
    }
  }

  /** Hands back chunks as a broken executor does. */
  private static void trainBadly(
      Study study, java.util.function.UnaryOperator<List<RunResult>> spoil) throws IOException {
    Executor broken =
        new Executor() {
          @Override
          public void execute(Job job, List<Chunk> chunks, Results results) throws IOException {
            try (Runner runner = new Runner(job)) {
              List<RunResult> runs = new ArrayList<>();
              for (int i = 0; i < chunks.getFirst().runs(); i++) {
                runs.add(runner.run(i));
              }
              List<RunResult> spoilt = spoil.apply(runs);
              if (!spoilt.isEmpty()) {
                results.chunk(0, spoilt);
              }
            }
          }

          @Override
          public void close() {}
        };
    Pool.of(study).train(5, broken, Progress.NONE, "test");
  }

  @Test
  void anExecutorThatLosesRunsIsRefused() throws IOException {
    Study study = study();
    assertThatThrownBy(() -> trainBadly(study, runs -> runs.subList(1, 5)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("executor: expected")
        .hasMessageContaining("4 runs for chunk 0");
    assertThatThrownBy(() -> trainBadly(study, runs -> List.of()))
        .hasMessage("executor: expected 1 chunks, found 0 handed back");
    assertThat(study.pool().exists()).isFalse();
    trainBadly(study, runs -> runs);
    assertThat(RunStore.open(study.pool().runs(), List.of()).doneRuns()).isEqualTo(5);
  }

  /** A fit reads the runs that were there at its start, while the last chunk is written again. */
  @Test
  void aPoolIsFittedWhileItTrains() throws IOException, InterruptedException, ExecutionException {
    Study study = study();
    train(study, study.pool(), 13, "threads");
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> training =
          other.submit(
              () -> {
                for (int models = 14; models < 60; models++) {
                  train(study, study.pool(), models, "threads");
                }
                return null;
              });
      int fits = 0;
      try (Workers workers = Workers.threads(1)) {
        do {
          FitSpec spec = FitSpec.DEFAULT.named("f" + fits).estimator("difference-of-means");
          int runs = Fit.run(study, spec.folds(4, false), workers).runs();
          assertThat(runs).isBetween(8, 60);
          fits++;
        } while (!training.isDone());
      }
      training.get();
      assertThat(fits).isPositive();
    }
  }
}
