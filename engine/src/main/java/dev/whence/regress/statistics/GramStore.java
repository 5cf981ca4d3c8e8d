package dev.whence.regress.statistics;

import dev.whence.base.AtomicFile;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.data.DType;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.MappedCounts;
import dev.whence.linalg.count.PairCounts;
import dev.whence.regress.gram.Gram;
import dev.whence.store.CorruptStudyException;
import dev.whence.store.LedgeredArrays;
import dev.whence.store.Study;
import dev.whence.store.ZarrArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The Gram matrix of the runs of one part of a pool, on disk as counts. Array {@code counts} int32
 * [d] has n_j, the number of the part's runs that hold unit j; array {@code common} int16 or int32
 * [h, (p + 1)·64, 64] has the lower triangle of XᵀX, the counts of pairs of units, minus the offset
 * (an integer near the mean count, so that 16 bits suffice for most pools), folded.
 *
 * <p>With p = ceil(d/64) panels of 64 columns of XᵀX and h = ceil(p/2), chunk c has the rows from
 * 64·c on of panel c, and then the rows from 64·(p − 1 − c) on of panel p − 1 − c: together p + 1
 * tiles of 64 × 64, so that all chunks are of the same size and take the same work. A crash loses
 * only the chunks that were being counted. A ledger entry of m rows says that the chunk counts the
 * part's runs among the pool's runs [0, m).
 */
final class GramStore {

  private static final int PANEL_WIDTH = CountKernels.TILE;
  private static final String COUNTS = "counts";
  private static final String COMMON = "common";

  private final Path folder;
  private final int part;
  private final PoolReader reader;
  private final double rate;
  private final int units;
  private final int panels;

  GramStore(Path folder, int part, PoolReader reader, double rate) {
    this.folder = folder.resolve(Integer.toString(part));
    this.part = part;
    this.reader = reader;
    this.rate = rate;
    units = reader.store().units();
    panels = Math.ceilDiv(units, PANEL_WIDTH);
  }

  int chunks() {
    return Math.ceilDiv(panels, 2);
  }

  private int offset(int runs) {
    return (int) Math.floor(rate * reader.folds().size(part, runs));
  }

  /**
   * Counts the part's runs that are not yet counted, and writes the counts to disk, chunk by chunk.
   */
  void count(Parallel parallel, Progress.Task task) throws IOException {
    Study.writeGroup(folder);
    countUnits();
    boolean wide =
        Files.exists(folder.resolve(COMMON).resolve("zarr.json"))
            && wide(ZarrArray.open(folder.resolve(COMMON)));
    try {
      count(wide, parallel, task);
    } catch (TooFar e) { // the count of a pair is too far from the offset for 16 bits: use 32
      AtomicFile.deleteFolder(folder);
      countUnits();
      count(true, parallel, Progress.NONE.start("", 0, ""));
    }
  }

  /** Thrown where the count of a pair is too far from the offset for 16 bits. */
  private static final class TooFar extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * Returns array {@code name} with its ledger; an entry of m rows in the ledger says that the
   * chunk counts the part's runs among the pool's runs [0, m).
   */
  private LedgeredArrays ledgered(String name, ZarrArray array) {
    return new LedgeredArrays(folder.resolve("ledger").resolve(name), Map.of(name, array));
  }

  private void countUnits() throws IOException {
    LedgeredArrays array =
        ledgered(
            COUNTS,
            ZarrArray.create(
                folder.resolve(COUNTS),
                DType.INT32,
                new long[] {units},
                units,
                Map.of(),
                List.of("unit")));
    int from = array.rows(0);
    if (from == reader.runs()) {
      return;
    }
    int[] counts = reader.masks(from)[part].counts();
    if (from > 0) {
      int[] old = counts(array);
      Arrays.setAll(counts, j -> counts[j] + old[j]);
    }
    ByteBuffer chunk = array.array(COUNTS).newChunk(units);
    chunk.asIntBuffer().put(counts);
    array.write(0, reader.runs(), Map.of(COUNTS, chunk));
  }

  private int[] counts(LedgeredArrays array) throws IOException {
    int[] counts = new int[units];
    array.read(COUNTS, 0).asIntBuffer().get(counts);
    return counts;
  }

  private LedgeredArrays create(boolean wide) throws IOException {
    return ledgered(
        COMMON,
        ZarrArray.create(
            folder.resolve(COMMON),
            wide ? DType.INT32 : DType.INT16,
            new long[] {chunks(), (panels + 1L) * PANEL_WIDTH, PANEL_WIDTH},
            1,
            Map.of("units", units, "rate", rate),
            List.of("chunk", "row", "column")));
  }

  /**
   * Opens array {@code name}; throws where its shape is wrong or a chunk does not count all the
   * runs that the reader reads.
   */
  private LedgeredArrays complete(String name) throws IOException {
    ZarrArray opened = ZarrArray.open(folder.resolve(name));
    long[] shape =
        name.equals(COUNTS)
            ? new long[] {units}
            : new long[] {chunks(), (panels + 1L) * PANEL_WIDTH, PANEL_WIDTH};
    if (!Arrays.equals(opened.shape(), shape)) {
      throw new CorruptStudyException(
          folder.resolve(name), "shape " + Arrays.toString(shape), Arrays.toString(opened.shape()));
    }
    LedgeredArrays array = ledgered(name, opened);
    for (int c = 0; c < array.array(name).chunks(); c++) {
      if (array.rows(c) != reader.runs()) {
        throw new IllegalStateException(
            "counts of %d of %d runs".formatted(array.rows(c), reader.runs()));
      }
    }
    return array;
  }

  private void count(boolean wide, Parallel parallel, Progress.Task task) throws IOException {
    LedgeredArrays array = create(wide);
    double pairs = units * (units + 1.0) / 2;
    CountKernels kernels = CountKernels.counts(pairs * reader.folds().size(part, reader.runs()));
    int[] from = new int[chunks()];
    for (int c = 0; c < from.length; c++) {
      from[c] = array.rows(c);
      if (from[c] < reader.runs()) {
        reader.masks(from[c]);
      }
    }
    parallel.forEach(
        from.length,
        c -> {
          try {
            if (from[c] < reader.runs()) {
              ByteBuffer counted = count(array, c, from[c], kernels);
              array.write(c, reader.runs(), Map.of(COMMON, counted));
            }
            task.step(1);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private ByteBuffer count(LedgeredArrays array, int c, int from, CountKernels kernels)
      throws IOException {
    BitColumns x = reader.masks(from)[part];
    ByteBuffer old = from > 0 ? array.read(COMMON, c) : null;
    int back = offset(from) - offset(reader.runs());
    ByteBuffer chunk = array.array(COMMON).newChunk(1);
    boolean wide = wide(array.array(COMMON));
    for (int side = 0; side < 2; side++) {
      int panel = side == 0 ? c : panels - 1 - c;
      if (side == 1 && panel == c) {
        break; // of an odd number of panels the middle one is alone in its chunk
      }
      int first = panel * PANEL_WIDTH;
      int at = (side == 0 ? 0 : panels - c) * PANEL_WIDTH * PANEL_WIDTH;
      int[] common = new int[(units - first) * PANEL_WIDTH];
      kernels.gram(x, panel, first, units, common);
      for (int i = 0; i < common.length; i++) {
        boolean pair = i % PANEL_WIDTH < i / PANEL_WIDTH && first + i % PANEL_WIDTH < units;
        int value = 0;
        if (pair) {
          int before = old == null ? 0 : get(old, wide, at + i);
          value = before + common[i] + back;
        }
        put(chunk, wide, at + i, value);
      }
    }
    return chunk;
  }

  private static int get(ByteBuffer chunk, boolean wide, int i) {
    return wide ? chunk.getInt(i * Integer.BYTES) : chunk.getShort(i * Short.BYTES);
  }

  private static void put(ByteBuffer chunk, boolean wide, int i, int value) {
    if (wide) {
      chunk.putInt(i * Integer.BYTES, value);
    } else if (value == (short) value) {
      chunk.putShort(i * Short.BYTES, (short) value);
    } else {
      throw new TooFar();
    }
  }

  /**
   * Returns the bytes of memory that the counts of pairs would take; {@link #count} must have run.
   */
  long bytes() throws IOException {
    return CountMatrix.bytes(units, wide(ZarrArray.open(folder.resolve(COMMON))));
  }

  private static boolean wide(ZarrArray array) {
    return array.dtype() == DType.INT32;
  }

  /**
   * Returns the Gram matrix of the part's runs, from the counts on disk; {@link #count} must have
   * run.
   *
   * @param mapped whether the counts of pairs stay on disk, mapped; otherwise both triangles are
   *     read into memory
   */
  Gram read(boolean mapped, Parallel parallel, Progress.Task task) throws IOException {
    LedgeredArrays array = complete(COMMON);
    PairCounts matrix = mapped ? map(array, parallel, task) : load(array, parallel, task);
    int[] counts = counts(complete(COUNTS));
    int runs = reader.folds().size(part, reader.runs());
    return new Gram(runs, counts, offset(reader.runs()), List.of(matrix));
  }

  private CountMatrix load(LedgeredArrays array, Parallel parallel, Progress.Task task) {
    boolean wide = wide(array.array(COMMON));
    CountMatrix matrix = new CountMatrix(units, wide);
    forEachChunk(
        parallel,
        task,
        c -> {
          ByteBuffer chunk = array.read(COMMON, c);
          matrix.setPanel(c, i -> get(chunk, wide, i));
          if (panels - 1 - c != c) {
            int at = (panels - c) * PANEL_WIDTH * PANEL_WIDTH;
            matrix.setPanel(panels - 1 - c, i -> get(chunk, wide, at + i));
          }
        });
    return matrix;
  }

  private MappedCounts map(LedgeredArrays array, Parallel parallel, Progress.Task task) {
    boolean wide = wide(array.array(COMMON));
    int bytes = array.array(COMMON).dtype().bytes();
    MemorySegment[] lower = new MemorySegment[panels];
    int[] largest = new int[chunks()];
    forEachChunk(
        parallel,
        task,
        c -> {
          MemorySegment chunk = array.map(COMMON, c);
          long first = (long) (panels - c) * PANEL_WIDTH * PANEL_WIDTH * bytes;
          lower[c] = chunk.asSlice(0, first);
          if (panels - 1 - c != c) {
            lower[panels - 1 - c] = chunk.asSlice(first);
          }
          ByteBuffer elements = chunk.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
          int n = elements.remaining() / bytes;
          for (int i = 0; i < n; i++) {
            largest[c] = Math.max(largest[c], Math.abs(get(elements, wide, i)));
          }
        });
    return new MappedCounts(units, lower, wide, IntStream.of(largest).max().orElse(0));
  }

  private interface ChunkReader {
    void read(int chunk) throws IOException;
  }

  private void forEachChunk(Parallel parallel, Progress.Task task, ChunkReader reading) {
    parallel.forEach(
        chunks(),
        c -> {
          try {
            reading.read(c);
            task.step(1);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
