package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.data.DType;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.store.LedgeredArrays;
import dev.whence.store.ScoreStore;
import dev.whence.store.Study;
import dev.whence.store.ZarrArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sums over a pool's runs that the regressions of the targets need, for one recorded output.
 * Sums over whole slabs of runs ({@link Folds#slab}) are on disk; the runs after the last whole
 * slab are summed from memory. So the sums depend on the runs alone, bit for bit, however often the
 * pool grew.
 *
 * <p>On disk, in chunks of targets and for each part p of the runs: {@code p/covering} float64 [n,
 * d], Xᵀ(y − o), and {@code p/sums} float64 [n, 4]: o, the number of runs, Σ(y − o) and Σ(y − o)².
 * The constant o is the output of the pool's first run. A ledger entry of m rows says that the
 * chunk's sums are over the pool's runs [0, m).
 */
public final class SumsStore {

  /** Number of targets in a chunk of the arrays. */
  public static final int CHUNK = ScoreStore.CHUNK_TARGETS;

  /**
   * Largest number of elements of {@code covering} that are summed in memory at once: at 8 bytes
   * each a quarter of the JVM's memory, up to 4 GiB.
   */
  private static final long MOST = Math.min(1L << 29, Runtime.getRuntime().maxMemory() / 32);

  private static final int COLUMNS = 4;

  private final PoolReader reader;
  private final String output;
  private final int[] without;
  private final int units;
  private final int whole;
  private final float[] offsets;
  private final LedgeredArrays arrays;
  private final List<PoolReader.OutputSlab> rest = new ArrayList<>();
  private BitColumns[] masksOfRest = new BitColumns[0];

  /**
   * Opens the sums in a folder, or begins new ones.
   *
   * @param reader reads the pool's runs and knows their parts
   * @param output name of the recorded output
   * @param without index of each target's unit if the target is in S, else −1, [n]; the target's
   *     sums leave out the runs that hold this unit
   */
  SumsStore(Path folder, PoolReader reader, String output, int[] without) throws IOException {
    this.reader = reader;
    this.output = output;
    this.without = without;
    units = reader.store().units();
    whole = whole(reader);
    offsets = reader.firstOutputs(output);
    Map<String, ZarrArray> all = new LinkedHashMap<>();
    for (int p = 0; whole > 0 && p < reader.folds().parts(); p++) {
      Study.writeGroup(folder.resolve(Integer.toString(p)));
      create(folder, covering(p), units, "unit", all);
      create(folder, sums(p), COLUMNS, "sum", all);
    }
    arrays = new LedgeredArrays(folder.resolve("ledger"), all);
  }

  /**
   * Returns how many of the runs that {@code reader} reads are in whole slabs; these are summed on
   * disk.
   */
  static int whole(PoolReader reader) {
    int slab = reader.folds().slab();
    return reader.runs() / slab * slab;
  }

  private static String covering(int part) {
    return part + "/covering";
  }

  private static String sums(int part) {
    return part + "/sums";
  }

  private void create(
      Path folder, String name, int columns, String axis, Map<String, ZarrArray> into)
      throws IOException {
    long[] shape = {without.length, columns};
    into.put(
        name,
        ZarrArray.create(
            folder.resolve(name), DType.FLOAT64, shape, CHUNK, Map.of(), List.of("target", axis)));
  }

  private int chunks() {
    return Math.ceilDiv(without.length, CHUNK);
  }

  private int targetsOf(int chunk) {
    return Math.min(CHUNK, without.length - chunk * CHUNK);
  }

  /**
   * Adds to the sums on disk the whole slabs not yet added, and reads the runs after them into
   * memory.
   */
  void add(Parallel parallel, Progress.Task task) throws IOException {
    long perChunk = (long) CHUNK * units * reader.folds().parts();
    int together = (int) Math.clamp(MOST / perChunk, 1, chunks());
    for (int c = 0; whole > 0 && c < chunks(); ) {
      int from = seen(c);
      int end = c;
      while (end < chunks() && end - c < together && seen(end) == from) {
        end++;
      }
      if (from < whole) {
        add(c, end, from, parallel);
      }
      task.step(Math.min(end * CHUNK, without.length) - (long) c * CHUNK);
      c = end;
    }
    if (whole < reader.runs()) {
      masksOfRest = reader.masks(whole);
      reader.slabs(output, 0, without.length, whole, reader.runs(), rest::add);
    }
  }

  /**
   * Returns the number a: the sums on disk of chunk {@code chunk} of targets are over the pool's
   * runs [0, a).
   */
  private int seen(int chunk) throws IOException {
    return arrays.rows(chunk);
  }

  private void add(int firstChunk, int endChunk, int from, Parallel parallel) throws IOException {
    int first = firstChunk * CHUNK;
    int end = Math.min(endChunk * CHUNK, without.length);
    List<TargetSums> parts = new ArrayList<>();
    for (int p = 0; p < reader.folds().parts(); p++) {
      TargetSums part = new TargetSums(units, Arrays.copyOfRange(offsets, first, end));
      for (int c = firstChunk; from > 0 && c < endChunk; c++) {
        restore(c, p, part, c * CHUNK - first);
      }
      parts.add(part);
    }
    BitColumns[] masks = reader.masks(from);
    CountKernels kernels = kernels(whole - from);
    int[] excluded = Arrays.copyOfRange(without, first, end);
    reader.slabs(
        output,
        first,
        end - first,
        from,
        whole,
        slab -> {
          BitColumns x = masks[slab.part()];
          TargetSums part = parts.get(slab.part());
          part.add(x, slab.firstRow(), slab.rows(), slab, excluded, kernels, parallel);
        });
    for (int c = firstChunk; c < endChunk; c++) {
      write(c, parts, c * CHUNK - first);
    }
  }

  private CountKernels kernels(int runs) {
    return CountKernels.sums((double) units * runs * without.length);
  }

  private void write(int chunk, List<TargetSums> parts, int at) throws IOException {
    Map<String, ByteBuffer> elements = new TreeMap<>();
    for (int p = 0; p < parts.size(); p++) {
      ByteBuffer covered = arrays.array(covering(p)).newChunk(targetsOf(chunk));
      ByteBuffer summed = arrays.array(sums(p)).newChunk(targetsOf(chunk));
      TargetSums part = parts.get(p);
      for (int t = at; t < at + targetsOf(chunk); t++) {
        covered.asDoubleBuffer().put(part.covering(t));
        covered.position(covered.position() + units * Double.BYTES);
        summed.putDouble(part.offset(t)).putDouble(part.runs(t));
        summed.putDouble(part.sum(t)).putDouble(part.squares(t));
      }
      elements.put(covering(p), covered);
      elements.put(sums(p), summed);
    }
    arrays.write(chunk, whole, elements);
  }

  /**
   * Reads a chunk's sums over the runs of part {@code p}, the arrays p/covering and p/sums, from
   * disk. The chunk's first target becomes target {@code at} of {@code into}.
   */
  private void restore(int chunk, int p, TargetSums into, int at) throws IOException {
    ByteBuffer summed = arrays.read(sums(p), chunk);
    DoubleBuffer covered = arrays.read(covering(p), chunk).asDoubleBuffer();
    for (int t = 0; t < targetsOf(chunk); t++) {
      covered.get(t * units, into.covering(at + t));
      int from = t * COLUMNS * Double.BYTES;
      into.restore(
          at + t,
          (int) summed.getDouble(from + 8),
          summed.getDouble(from + 16),
          summed.getDouble(from + 24));
    }
  }

  /**
   * Returns the sums over all runs of part {@code p} of the targets in chunks [firstChunk,
   * endChunk): those on disk plus those of the runs after the last whole slab.
   */
  TargetSums of(int firstChunk, int endChunk, int p, Parallel parallel) throws IOException {
    int first = firstChunk * CHUNK;
    int end = Math.min(endChunk * CHUNK, without.length);
    TargetSums all = new TargetSums(units, Arrays.copyOfRange(offsets, first, end));
    for (int c = firstChunk; whole > 0 && c < endChunk; c++) {
      if (seen(c) != whole) {
        throw new IllegalStateException("sums over %d of %d runs".formatted(seen(c), whole));
      }
      restore(c, p, all, c * CHUNK - first);
    }
    int[] excluded = Arrays.copyOfRange(without, first, end);
    for (PoolReader.OutputSlab slab : rest) {
      if (slab.part() == p) {
        TargetSums.Slab ofTargets = (run, t) -> slab.at(run, first + t);
        CountKernels kernels = kernels(slab.rows());
        all.add(
            masksOfRest[p], slab.firstRow(), slab.rows(), ofTargets, excluded, kernels, parallel);
      }
    }
    return all;
  }
}
