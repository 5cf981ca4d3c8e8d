package dev.whence.regress;

import dev.whence.design.Mask;
import dev.whence.linalg.BitColumns;
import dev.whence.store.Progress;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads a pool by parts, chunk after chunk: masks as bits by column, outputs in slabs of runs. */
final class PoolReader {

  private final RunStore store;
  private final Folds folds;
  private final int runs;
  private final Progress progress;
  private final Map<Integer, BitColumns[]> masks = new HashMap<>();

  /**
   * @param runs m: how many of the pool's runs count
   */
  PoolReader(RunStore store, Folds folds, int runs, Progress progress) {
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

  /** Forgets the masks read; they are read again when they are asked for. */
  void forget() {
    masks.clear();
  }

  /** Returns the masks of the runs in [from, m) by part, read once. */
  BitColumns[] masks(int from) throws IOException {
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

  /** Takes outputs of up to {@link TargetSums#SLAB} runs of a part. */
  interface SlabConsumer {
    /**
     * Takes a slab.
     *
     * @param firstRow where it begins in the part's masks
     * @param outputs [rows, targets]; used again for the next slab
     */
    void accept(int part, int firstRow, int rows, float[] outputs);
  }

  /** Streams the outputs of targets [first, first + n) over the runs in [from, m). */
  void slabs(String output, int first, int n, int from, SlabConsumer consumer) throws IOException {
    float[][] slabs = new float[folds.parts()][];
    int[] filled = new int[slabs.length];
    int[] begun = new int[slabs.length];
    for (int p = 0; p < slabs.length; p++) {
      int rows = Math.min(TargetSums.SLAB, folds.size(p, runs) - folds.size(p, from));
      slabs[p] = new float[Math.multiplyExact(rows, n)];
    }
    int chunks = Math.ceilDiv(runs, store.chunkRows());
    try (ExecutorService reading = Executors.newSingleThreadExecutor()) {
      int begin = from / store.chunkRows();
      Future<RunStore.OutputChunk> next = reading.submit(() -> store.outputsOf(output, begin));
      for (int c = begin; c < chunks; c++) {
        RunStore.OutputChunk chunk = taken(next);
        int after = c + 1;
        if (after < chunks) {
          next = reading.submit(() -> store.outputsOf(output, after)); // while this one is summed
        }
        int start = c * store.chunkRows();
        for (int i = Math.max(from, start); i < Math.min(runs, start + store.rowsOf(c)); i++) {
          int p = folds.part(i);
          chunk.copy(i - start, first, n, slabs[p], filled[p] * n);
          filled[p]++;
          if (filled[p] == TargetSums.SLAB) {
            consumer.accept(p, begun[p], filled[p], slabs[p]);
            begun[p] += filled[p];
            filled[p] = 0;
          }
        }
      }
    }
    for (int p = 0; p < slabs.length; p++) {
      if (filled[p] > 0) {
        consumer.accept(p, begun[p], filled[p], slabs[p]);
      }
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

  /** Returns an output of the first run, [n]. */
  float[] firstOutputs(String output) throws IOException {
    float[] outputs = new float[store.targets(output)];
    store.outputsOf(output, 0).copy(0, 0, outputs.length, outputs, 0);
    return outputs;
  }
}
