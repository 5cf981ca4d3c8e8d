package dev.whence.regress.statistics;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.design.Mask;
import dev.whence.linalg.count.BitColumns;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the masks and outputs of a pool's runs, chunk after chunk of runs: masks as a bit matrix
 * for each part of the runs, outputs slab after slab of runs ({@link Folds#slab}).
 */
public final class PoolReader {

  private final RunStore store;
  private final Folds folds;
  private final int runs;
  private final Progress progress;
  private final Map<Integer, BitColumns[]> masks = new HashMap<>();

  /**
   * Makes a reader; nothing is read yet.
   *
   * @param folds the rule that puts runs into parts
   * @param runs m: the reader reads the pool's runs [0, m)
   */
  public PoolReader(RunStore store, Folds folds, int runs, Progress progress) {
    this.store = store;
    this.folds = folds;
    this.runs = runs;
    this.progress = progress;
  }

  RunStore store() {
    return store;
  }

  Folds folds() {
    return folds;
  }

  int runs() {
    return runs;
  }

  /**
   * Frees the masks that this reader keeps in memory; a later call of {@link #masks} reads them
   * again.
   */
  void forget() {
    masks.clear();
  }

  /**
   * Returns the masks of the pool's runs [from, m): for each part a matrix, [runs of the part, d].
   * They are read once and kept until {@link #forget}.
   */
  public BitColumns[] masks(int from) throws IOException {
    BitColumns[] known = masks.get(from);
    if (known != null) {
      return known;
    }
    BitColumns.Builder[] builders = new BitColumns.Builder[folds.parts()];
    for (int p = 0; p < builders.length; p++) {
      builders[p] = new BitColumns.Builder(store.units());
    }
    int rowBytes = Mask.bytes(store.units());
    try (Progress.Task task = progress.start("reading masks", runs - (long) from, "runs")) {
      for (int c = from / store.chunkRows(); (long) c * store.chunkRows() < runs; c++) {
        byte[] packed = store.masksOf(c);
        int first = c * store.chunkRows();
        int start = Math.max(from, first);
        int end = Math.min(runs, first + store.rowsOf(c));
        for (int i = start; i < end; i++) {
          builders[folds.part(i)].add(packed, (i - first) * rowBytes);
        }
        task.step(end - start);
      }
    }
    BitColumns[] read = new BitColumns[builders.length];
    for (int p = 0; p < read.length; p++) {
      read[p] = builders[p].build();
    }
    masks.put(from, read);
    return read;
  }

  /**
   * The outputs of those runs of a slab ({@link Folds#slab}) that are in one part.
   *
   * @param part number of the part
   * @param firstRow row, in the part's matrix of masks, of the first of these runs
   * @param rows number of these runs
   * @param outputs [rows, targets] row-major
   */
  record OutputSlab(int part, int firstRow, int rows, int targets, float[] outputs)
      implements TargetSums.Slab {

    @Override
    public double at(int run, int target) {
      return outputs[run * targets + target];
    }
  }

  /**
   * Reads output {@code output} of targets [first, first + n) over the pool's runs [from, end) and
   * gives it to {@code consumer}, slab after slab, and within a slab part after part.
   *
   * @param from first run, a multiple of the number of runs in a slab
   */
  void slabs(String output, int first, int n, int from, int end, Consumer<OutputSlab> consumer)
      throws IOException {
    Filler filler = new Filler(output, first, n, from, end);
    try (ExecutorService filling = Executors.newSingleThreadExecutor()) {
      List<OutputSlab> slab = filler.next();
      while (!slab.isEmpty()) {
        // The next slab is read while this one is summed.
        Future<List<OutputSlab>> next = filling.submit(filler::next);
        slab.forEach(consumer);
        slab = taken(next);
      }
    }
  }

  /** Reads the outputs of one slab of runs after another. */
  private final class Filler {

    private final String output;
    private final int first;
    private final int n;
    private final int end;
    private final int[] begun = new int[folds.parts()];

    /** Outputs of each part in the slab that is being read, [runs of the part, n targets]. */
    private float[][] outputs = new float[folds.parts()][];

    /**
     * Outputs of each part in the slab before, which the consumer sums meanwhile, [runs of the
     * part, n].
     */
    private float[][] before = new float[folds.parts()][];

    private RunStore.@Nullable OutputChunk chunk;
    private int chunkIndex;
    private int run;

    Filler(String output, int first, int n, int from, int end) {
      this.output = output;
      this.first = first;
      this.n = n;
      this.end = end;
      run = from;
      int most = Math.min(folds.slab(), end - from);
      for (int p = 0; p < outputs.length; p++) {
        int size = Math.multiplyExact(folds.size(p, from + most) - folds.size(p, from), n);
        outputs[p] = new float[size];
        before[p] = new float[size];
      }
    }

    /**
     * Throws if an output of the present run is not finite: with such an output no regression would
     * end.
     *
     * @param at index in {@code values} of the run's output on the first target
     */
    private void requireFinite(float[] values, int at) {
      float zero = 0;
      for (int t = 0; t < n; t++) {
        zero += values[at + t] * 0; // NaN once a value is not finite
      }
      for (int t = 0; Float.isNaN(zero) && t < n; t++) {
        if (!Float.isFinite(values[at + t])) {
          throw BadInputException.at(
              "%s, run %d, target %d".formatted(output, run, first + t),
              "a finite number",
              values[at + t]);
        }
      }
    }

    /**
     * Returns the outputs of the next slab, one entry for each part; an empty list after the last
     * slab.
     */
    List<OutputSlab> next() throws IOException {
      int[] filled = new int[outputs.length];
      for (int to = Math.min(end, run + folds.slab()); run < to; run++) {
        if (chunk == null || run / store.chunkRows() != chunkIndex) {
          chunkIndex = run / store.chunkRows();
          chunk = store.outputsOf(output, chunkIndex);
        }
        int p = folds.part(run);
        chunk.copy(run % store.chunkRows(), first, n, outputs[p], filled[p] * n);
        requireFinite(outputs[p], filled[p] * n);
        filled[p]++;
      }
      List<OutputSlab> slab = new ArrayList<>();
      for (int p = 0; p < filled.length; p++) {
        if (filled[p] > 0) {
          slab.add(new OutputSlab(p, begun[p], filled[p], n, outputs[p]));
          begun[p] += filled[p];
        }
      }
      float[][] free = before;
      before = outputs;
      outputs = free;
      return slab;
    }
  }

  private static <T> T taken(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Returns output {@code output} of the pool's first run on each target, [n]. */
  float[] firstOutputs(String output) throws IOException {
    float[] outputs = new float[store.targets(output)];
    store.outputsOf(output, 0).copy(0, 0, outputs.length, outputs, 0);
    return outputs;
  }
}
