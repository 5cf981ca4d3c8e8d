package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Fingerprint;
import dev.whence.data.Split;
import dev.whence.learn.Workplace;
import dev.whence.store.Manifest;
import dev.whence.store.PoolSpec;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pool of a study that is trained: what is missing of its runs is made, chunk by chunk.
 *
 * <p>A chunk is written when all of its runs are trained, its ledger entry last; whatever stops the
 * process costs the chunks in flight and nothing else. Each run is a pure function of its recipe
 * and its row, so the pool that results is the same, bit for bit, however often it was stopped and
 * wherever its runs were trained.
 */
@Api
public final class Pool {

  private static final long MOST_RUNS = 100_000_000;

  private final Study study;
  private final StudyPool pool;
  private final PoolSpec spec;
  private final Split data;

  /** Reads the study's dataset and checks it against the manifest's fingerprint. */
  private Pool(Study study, StudyPool pool) throws IOException {
    this.study = study;
    this.pool = pool;
    Manifest.Training training = study.manifest().training();
    if (training == null || pool.spec() == null) {
      throw BadInputException.at(
          study.folder(), "a study with a dataset and a learner", "imported runs");
    }
    spec = pool.spec();
    data = study.data();
    String found = Fingerprint.of(data);
    String expected = training.data().fingerprint();
    if (!found.equals(expected)) {
      throw BadInputException.at(study.folder().resolve("data"), "fingerprint " + expected, found);
    }
  }

  /** Returns the pool that a study has without a name. */
  public static Pool of(Study study) throws IOException {
    return new Pool(study, study.pool());
  }

  /**
   * Returns a pool of another name, made where it is not there: of the study's design and repeats
   * at another fraction of the units.
   */
  public static Pool named(Study study, String name, double alpha) throws IOException {
    PoolSpec spec = PoolSpec.of(study.manifest()).named(name).alpha(alpha);
    return new Pool(study, StudyPool.of(study, name, spec));
  }

  /** Returns a pool that a study has, or that is written when it is trained. */
  public static Pool of(Study study, StudyPool pool) throws IOException {
    return new Pool(study, pool);
  }

  /**
   * Trains the pool up to {@code runs} runs on this process's threads, then the runs that judge.
   */
  public void train(long runs, Workers workers) throws IOException {
    try (Executor threads = new ThreadExecutor(workers)) {
      train(runs, threads, workers.progress(), "training");
    }
  }

  /**
   * Trains the pool up to {@code runs} runs, or as many as it was last asked for where that is
   * more, then the runs that judge.
   *
   * @param purpose what the pool is locked for, such as "whence train"
   */
  public void train(long runs, Executor executor, Progress progress, String purpose)
      throws IOException {
    try (StudyLock _ = study.lock(pool.part(), purpose, pool.runs(), pool.repeats())) {
      boolean fresh = !pool.exists();
      try {
        fill(runs, executor, progress);
      } catch (IOException | RuntimeException e) {
        if (fresh && nothingDone()) { // what is refused leaves nothing
          AtomicFile.deleteFolder(pool.runs());
        }
        throw e;
      }
    }
  }

  private boolean nothingDone() throws IOException {
    return !pool.exists() || RunStore.open(pool.runs(), List.of()).doneRuns() == 0;
  }

  private void fill(long runs, Executor executor, Progress progress) throws IOException {
    long planned = planned();
    if (runs - planned > MOST_RUNS) {
      throw BadInputException.at("--models", "at most %,d".formatted(MOST_RUNS), runs - planned);
    }
    long all = Math.max(runs, planned);
    RunTable main = table(pool.runs(), new RunPlan.PoolRuns(spec));
    main.check(all, all - planned);
    pool.write();
    main.fill(all, executor, "training", progress);
    int repeats = spec.repeats().runs();
    if (repeats > 0) {
      table(pool.repeats(), new RunPlan.Repeats(spec))
          .fill(repeats, executor, "training for evaluation", progress);
    }
  }

  private RunTable table(Path folder, RunPlan plan) {
    RunRecipe recipe = new RunRecipe(study.manifest(), plan);
    return new RunTable(folder, new Job(recipe, data, Workplace.of(study.folder())));
  }

  /** Returns how many runs the pool has or was last asked for. */
  public long planned() throws IOException {
    return pool.exists() ? RunStore.open(pool.runs(), List.of()).runs() : 0;
  }

  /** Returns the rows whose runs failed, by the folder of the runs. */
  public Map<Path, SkippedRuns> skipped() throws IOException {
    Map<Path, SkippedRuns> skipped = new LinkedHashMap<>();
    for (Path folder : List.of(pool.runs(), pool.repeats())) {
      skipped.put(folder, SkippedRuns.of(folder));
    }
    return skipped;
  }
}
