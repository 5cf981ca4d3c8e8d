package dev.whence.pool;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.data.Fingerprint;
import dev.whence.data.Split;
import dev.whence.design.Mask;
import dev.whence.learn.Workplace;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Trains what is missing of a study's runs, chunk after chunk.
 *
 * <p>A chunk is written when all of its runs are trained, its ledger entry last; whatever stops the
 * process costs the chunk in flight and nothing else, and since each run is a pure function of the
 * manifest and its row, the pool that results is the same, bit for bit, however often it was
 * stopped.
 */
public final class PoolTraining {

  private static final long MOST_RUNS = 100_000_000;

  private final Study study;
  private final Manifest manifest;
  private final Split data;
  private final Executor executor;
  private final Progress progress;

  /** Reads the study's dataset and checks it against the manifest's fingerprint. */
  public PoolTraining(Study study, Executor executor, Progress progress) throws IOException {
    this.study = study;
    this.manifest = study.manifest();
    this.executor = executor;
    this.progress = progress;
    Manifest.Data expected = manifest.data();
    if (expected == null || manifest.learner() == null) {
      throw BadInputException.at(
          study.folder(), "a study with a dataset and a learner", "imported runs");
    }
    data = study.data();
    String found = Fingerprint.of(data);
    if (!found.equals(expected.fingerprint())) {
      throw BadInputException.at(
          study.folder().resolve("data"), "fingerprint " + expected.fingerprint(), found);
    }
  }

  /**
   * Trains the pool up to {@code runs} runs, or as many as it was last asked for where that is
   * more.
   */
  public void trainPool(long runs) throws IOException {
    long planned = planned();
    if (runs - planned > MOST_RUNS) {
      throw BadInputException.at("--models", "at most %,d".formatted(MOST_RUNS), runs - planned);
    }
    train(study.pool(), Math.max(runs, planned), planned, false, "training");
  }

  /** Returns how many runs the pool has or was last asked for. */
  public long planned() throws IOException {
    return RunStore.exists(study.pool()) ? RunStore.open(study.pool(), List.of()).runs() : 0;
  }

  /** Refuses more runs than the disk has room for. */
  private void requireRoom(Path folder, long more, long bytesPerRun) throws IOException {
    long free = Files.getFileStore(study.folder()).getUsableSpace();
    if (more > 0 && bytesPerRun > free / more) {
      throw BadInputException.at(
          folder,
          "%.1f GiB on the disk for %,d more models"
              .formatted(bytesPerRun * (double) more / (1L << 30), more),
          "%.1f GiB free".formatted(free / (double) (1L << 30)));
    }
  }

  /** Trains the runs that evaluation uses. */
  public void trainRepeats() throws IOException {
    if (manifest.repeats().runs() > 0) {
      long runs = manifest.repeats().runs();
      train(study.repeats(), runs, runs, true, "training for evaluation");
    }
  }

  /**
   * @param planned how many of the runs the disk was found to have room for before
   */
  private void train(Path folder, long runs, long planned, boolean repeated, String label)
      throws IOException {
    if (runs < 1) {
      throw BadInputException.at(folder, "at least 1 model to train", runs);
    }
    try (Progress.Task task = progress.start(label, runs, "models");
        RunTask runTask =
            new RunTask(manifest, data, repeated, Workplace.of(study.folder()), task)) {
      requireRoom(folder, runs - planned, runTask.bytesPerRun());
      RunStore store =
          RunStore.create(folder, runs, manifest.units(), runTask.shapes(), manifest.chunkRows());
      for (int c = 0; c < store.chunks(); c++) {
        if (store.done(c)) {
          task.step(store.rowsOf(c));
          continue;
        }
        long first = (long) c * store.chunkRows();
        List<RunResult> results = executor.execute(runTask, first, store.rowsOf(c));
        List<SkippedRuns.Skipped> skipped =
            results.stream().map(RunResult::skipped).filter(Objects::nonNull).toList();
        SkippedRuns.write(folder, first, results.size(), skipped);
        write(store, c, results);
      }
    }
  }

  private static void write(RunStore store, int chunk, List<RunResult> results) throws IOException {
    List<Mask> masks = results.stream().map(RunResult::mask).toList();
    Map<String, List<float[]>> values = new LinkedHashMap<>();
    for (String output : results.getFirst().outputs().keySet()) {
      values.put(
          output,
          results.stream().map(r -> Objects.requireNonNull(r.outputs().get(output))).toList());
    }
    store.write(chunk, masks, values);
  }
}
