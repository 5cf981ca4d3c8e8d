package dev.whence.pool;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.design.Mask;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A table of runs on disk, which a plan fills: what is missing is trained and written chunk by
 * chunk.
 *
 * @param folder of the runs, which need not exist
 * @param job what the runs are made from
 */
record RunTable(Path folder, Job job) {

  /**
   * Refuses what cannot be trained, before anything is written.
   *
   * @param more how many of the rows are asked for the first time: the disk must have room for them
   */
  void check(long runs, long more) throws IOException {
    if (runs < 1) {
      throw BadInputException.at(folder, "at least 1 model to train", runs);
    }
    requireRoom(more, job.recipe().bytesPerRun(job.data().train().labels()));
    job.recipe().design(job.data().train()); // refuses a design that cannot be
  }

  /**
   * Trains what is missing of the first {@code runs} rows.
   *
   * @param label text that names the task to who follows the progress
   */
  void fill(long runs, Executor executor, String label, Progress progress) throws IOException {
    Manifest manifest = job.recipe().manifest();
    Map<String, int[]> shapes = job.recipe().shapes(job.data().train().labels());
    RunStore store = RunStore.create(folder, runs, manifest.units(), shapes, manifest.chunkRows());
    try (Progress.Task task = progress.start(label, runs, "models")) {
      List<Executor.Chunk> chunks = new ArrayList<>();
      for (int c = 0; c < store.chunks(); c++) {
        if (store.done(c)) {
          task.step(store.rowsOf(c));
        } else {
          chunks.add(new Executor.Chunk((long) c * store.chunkRows(), store.rowsOf(c)));
        }
      }
      int[] into = chunks.stream().mapToInt(c -> (int) (c.first() / store.chunkRows())).toArray();
      fill(store, chunks, into, executor, task);
    }
  }

  /**
   * Trains chunks of the plan's rows and writes them into a store.
   *
   * @param into the chunk of the store that each chunk is written to
   */
  void fill(
      RunStore store,
      List<Executor.Chunk> chunks,
      int[] into,
      Executor executor,
      Progress.Task task)
      throws IOException {
    if (!chunks.isEmpty()) {
      Writer writer = new Writer(store, chunks, into, task);
      executor.execute(job, chunks, writer);
      writer.requireAll();
    }
  }

  /** Refuses more runs than the disk has room for. */
  private void requireRoom(long more, long bytesPerRun) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there)) {
      there = Objects.requireNonNull(there.getParent());
    }
    long free = Files.getFileStore(there).getUsableSpace();
    if (more > 0 && bytesPerRun > free / more) {
      throw BadInputException.at(
          folder,
          "%.1f GiB on the disk for %,d more models"
              .formatted(bytesPerRun * (double) more / (1L << 30), more),
          "%.1f GiB free".formatted(free / (double) (1L << 30)));
    }
  }

  /** Writes chunks as they come, one at a time. */
  private final class Writer implements Executor.Results {
    private final RunStore store;
    private final List<Executor.Chunk> chunks;
    private final int[] into;
    private final Progress.Task task;
    private final BitSet written = new BitSet();

    Writer(RunStore store, List<Executor.Chunk> chunks, int[] into, Progress.Task task) {
      this.store = store;
      this.chunks = chunks;
      this.into = into;
      this.task = task;
    }

    /** Refuses an executor that returned before it had handed back all chunks. */
    synchronized void requireAll() {
      if (written.cardinality() < chunks.size()) {
        throw BadInputException.at(
            "executor", chunks.size() + " chunks", written.cardinality() + " handed back");
      }
    }

    @Override
    public void run() {
      task.step(1);
    }

    @Override
    public synchronized void chunk(int chunk, List<RunResult> runs) throws IOException {
      if (chunk < 0 || chunk >= chunks.size() || runs.size() != chunks.get(chunk).runs()) {
        throw BadInputException.at(
            "executor",
            "the runs of one of %d chunks, all of them".formatted(chunks.size()),
            "%d runs for chunk %d".formatted(runs.size(), chunk));
      }
      long first = (long) into[chunk] * store.chunkRows();
      long moved = first - chunks.get(chunk).first();
      List<SkippedRuns.Skipped> skipped =
          runs.stream()
              .map(RunResult::skipped)
              .filter(Objects::nonNull)
              .map(s -> new SkippedRuns.Skipped(s.row() + moved, s.reason()))
              .toList();
      SkippedRuns.write(folder, first, runs.size(), skipped);
      List<Mask> masks = runs.stream().map(RunResult::mask).toList();
      Map<String, List<float[]>> values = new LinkedHashMap<>();
      for (String output : runs.getFirst().outputs().keySet()) {
        values.put(
            output,
            runs.stream().map(r -> Objects.requireNonNull(r.outputs().get(output))).toList());
      }
      store.write(into[chunk], masks, values);
      written.set(chunk);
    }
  }
}
