package dev.whence.regress;

import dev.whence.data.DType;
import dev.whence.linalg.BitColumns;
import dev.whence.linalg.CountKernels;
import dev.whence.linalg.KernelChoice;
import dev.whence.linalg.Parallel;
import dev.whence.store.Ledger;
import dev.whence.store.Progress;
import dev.whence.store.Study;
import dev.whence.store.ZarrArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sums over a pool's runs that its targets' regressions need, in chunks of targets and for each
 * part p: {@code p/covering} float64 [n, d], Xᵀ(y − o), and {@code p/sums} float64 [n, 4]: o, how
 * many runs count, Σ(y − o) and Σ(y − o)². A ledger entry's rows are the pool's runs that the chunk
 * has seen.
 */
final class SumsStore {

  /** Targets to a chunk. */
  static final int CHUNK = 32;

  /**
   * Numbers of {@code covering} that are summed in memory at once: a quarter of it, up to 4 GiB.
   */
  private static final long MOST = Math.min(1L << 29, Runtime.getRuntime().maxMemory() / 32);

  private static final int COLUMNS = 4;

  private final PoolReader reader;
  private final String output;
  private final int[] without;
  private final int units;
  private final List<ZarrArray> covering = new ArrayList<>();
  private final List<ZarrArray> sums = new ArrayList<>();
  private final Ledger ledger;

  /**
   * @param without for each target the unit of S that it is, or −1
   */
  SumsStore(Path folder, PoolReader reader, String output, int[] without) throws IOException {
    this.reader = reader;
    this.output = output;
    this.without = without;
    units = reader.store().units();
    ledger = new Ledger(folder.resolve("ledger"));
    Study.writeGroup(folder);
    for (int p = 0; p < reader.folds().parts(); p++) {
      Path of = folder.resolve(Integer.toString(p));
      Study.writeGroup(of);
      covering.add(create(of.resolve("covering"), units, List.of("target", "unit")));
      sums.add(create(of.resolve("sums"), COLUMNS, List.of("target", "sum")));
    }
  }

  private ZarrArray create(Path folder, int columns, List<String> dimensions) throws IOException {
    long[] shape = {without.length, columns};
    return ZarrArray.create(folder, DType.FLOAT64, shape, CHUNK, Map.of(), dimensions);
  }

  private int chunks() {
    return Math.ceilDiv(without.length, CHUNK);
  }

  private int targetsOf(int chunk) {
    return Math.min(CHUNK, without.length - chunk * CHUNK);
  }

  /** Adds the runs that are not yet added. */
  void add(Parallel parallel, Progress.Task task) throws IOException {
    long perChunk = (long) CHUNK * units * reader.folds().parts();
    int together = (int) Math.clamp(MOST / perChunk, 1, chunks());
    float[] offsets = reader.firstOutputs(output);
    for (int c = 0; c < chunks(); ) {
      int from = seen(c);
      int end = c;
      while (end < chunks() && end - c < together && seen(end) == from) {
        end++;
      }
      if (from < reader.runs()) {
        add(c, end, from, offsets, parallel);
      }
      task.step(Math.min(end * CHUNK, without.length) - (long) c * CHUNK);
      c = end;
    }
  }

  private int seen(int chunk) throws IOException {
    Ledger.Entry held = ledger.entry(chunk);
    return held == null ? 0 : held.rows();
  }

  private void add(int firstChunk, int endChunk, int from, float[] offsets, Parallel parallel)
      throws IOException {
    int first = firstChunk * CHUNK;
    int end = Math.min(endChunk * CHUNK, without.length);
    List<TargetSums> parts = new ArrayList<>();
    for (int p = 0; p < covering.size(); p++) {
      TargetSums part = new TargetSums(units, Arrays.copyOfRange(offsets, first, end));
      for (int c = firstChunk; from > 0 && c < endChunk; c++) {
        read(c, p, part, c * CHUNK - first);
      }
      parts.add(part);
    }
    BitColumns[] masks = reader.masks(from);
    CountKernels kernels =
        KernelChoice.sums((double) units * (reader.runs() - from) * without.length);
    int[] excluded = Arrays.copyOfRange(without, first, end);
    reader.slabs(
        output,
        first,
        end - first,
        from,
        slab ->
            parts
                .get(slab.part())
                .add(
                    masks[slab.part()],
                    slab.firstRow(),
                    slab.rows(),
                    slab,
                    excluded,
                    kernels,
                    parallel));
    for (int c = firstChunk; c < endChunk; c++) {
      write(c, parts, c * CHUNK - first);
    }
  }

  private void write(int chunk, List<TargetSums> parts, int at) throws IOException {
    ledger.remove(chunk);
    Map<String, String> checksums = new TreeMap<>();
    for (int p = 0; p < parts.size(); p++) {
      ByteBuffer covered = covering.get(p).newChunk(targetsOf(chunk));
      ByteBuffer summed = sums.get(p).newChunk(targetsOf(chunk));
      TargetSums part = parts.get(p);
      for (int t = at; t < at + targetsOf(chunk); t++) {
        covered.asDoubleBuffer().put(part.covering(t));
        covered.position(covered.position() + units * Double.BYTES);
        summed.putDouble(part.offset(t)).putDouble(part.runs(t));
        summed.putDouble(part.sum(t)).putDouble(part.squares(t));
      }
      checksums.put(p + "/covering", Ledger.hex(covering.get(p).write(chunk, covered)));
      checksums.put(p + "/sums", Ledger.hex(sums.get(p).write(chunk, summed)));
    }
    ledger.add(new Ledger.Entry(chunk, reader.runs(), checksums));
  }

  /** Reads a chunk of part {@code p} into targets {@code at} on of {@code into}. */
  private void read(int chunk, int p, TargetSums into, int at) throws IOException {
    restore(chunk, p, sums.get(p).require(chunk), into, at);
  }

  private void restore(int chunk, int p, ByteBuffer summed, TargetSums into, int at)
      throws IOException {
    DoubleBuffer covered = covering.get(p).require(chunk).asDoubleBuffer();
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

  /** Returns the sums of a chunk's targets over part {@code p}. */
  TargetSums of(int chunk, int p) throws IOException {
    ByteBuffer summed = sums.get(p).require(chunk);
    float[] offsets = new float[targetsOf(chunk)];
    for (int t = 0; t < offsets.length; t++) {
      offsets[t] = (float) summed.getDouble(t * COLUMNS * Double.BYTES);
    }
    TargetSums read = new TargetSums(units, offsets);
    restore(chunk, p, summed, read, 0);
    return read;
  }
}
