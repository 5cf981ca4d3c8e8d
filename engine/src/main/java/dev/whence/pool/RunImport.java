package dev.whence.pool;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.data.DType;
import dev.whence.data.Dataset;
import dev.whence.data.MetadataTable;
import dev.whence.data.NpyArray;
import dev.whence.data.Split;
import dev.whence.design.Mask;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a study of runs that were trained elsewhere.
 *
 * @param masks .npy of masks: bool or uint8 0/1 [m, d], or with {@code units} bits packed
 *     little-endian, uint8 [m, ceil(d/8)]
 * @param outputs .npy of outputs: float16, float32 or float64 [m, n] or [m]
 * @param units d where masks are packed, else null
 * @param targetsInTrain .npy of n integers: for each target its unit of S, or −1; null where no
 *     target is in S
 * @param completed .npy of m bools: which rows are runs that ended; null where all are
 * @param data what the units are (its training examples, d) and the targets (its test examples, n);
 *     null where nothing is known of them
 * @param names table of metadata, a row a unit; null where there is none
 */
public record RunImport(
    Path masks,
    Path outputs,
    @Nullable Integer units,
    @Nullable Path targetsInTrain,
    @Nullable Path completed,
    @Nullable Split data,
    @Nullable Path names) {

  /** Outputs that are all 0 in a row of at least so many are those of a run that never ended. */
  private static final int TARGETS_ALL_ZERO = 4;

  /** Rounding to float32, as a part of a target's range, from which on outputs are centred. */
  private static final double COARSEST = 1e-6;

  /**
   * What was read.
   *
   * @param runs m, those left out not counted
   * @param leftOut rows that are no completed runs
   * @param held mean part of the units that a run holds
   * @param centred targets whose mean was taken off, which float32 could not have held with it
   */
  public record Summary(int runs, int leftOut, int units, int targets, double held, int centred) {}

  /** The name that imported outputs get. */
  public static final String OUTPUT = "output";

  private static final int CHUNK_BYTES = 4 << 20;

  /** Creates the study; where anything is wrong, nothing is left behind. */
  public Summary into(Path folder, Progress progress) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      NpyArray maskArray = NpyArray.map(masks, arena).requireRank(2);
      NpyArray outputArray = outputs(arena);
      boolean packed = units != null && maskArray.shape()[1] != units;
      checkMasks(maskArray, packed);
      if (outputArray.rows() != maskArray.rows()) {
        throw BadInputException.at(
            outputs,
            "%d rows as in %s".formatted(maskArray.rows(), masks.getFileName()),
            outputArray.rows());
      }
      int d = units != null ? units : size(masks, maskArray.shape()[1]);
      int n = size(outputs, outputArray.rowSize());
      int[] rows = rows(size(masks, maskArray.rows()), arena);
      int m = rows.length;
      checkData(d, n);
      requireEnded(maskArray, outputArray, rows);
      Targets targets = targets(n, d, arena).with(offsets(outputArray, rows));
      int chunkRows = Math.clamp(CHUNK_BYTES / Math.max(Mask.bytes(d), 4L * n), 1, m);
      Manifest manifest = Manifest.imported(0, d, n, OUTPUT, chunkRows);
      long[] held = {0};
      Study.create(
          folder,
          staging -> {
            manifest.write(staging.resolve("study.json"));
            if (targetsInTrain != null || targets.offsets() != null) {
              targets.write(staging);
            }
            if (data != null) {
              Study.writeData(staging, data);
            }
            if (names != null) {
              new UnitNames(MetadataTable.read(names, d)).write(staging);
            }
            RunStore store =
                RunStore.create(
                    staging.resolve("pool"),
                    m,
                    d,
                    Map.of(OUTPUT, new int[] {n}),
                    outputArray.dtype() == DType.FLOAT16 ? DType.FLOAT16 : DType.FLOAT32,
                    chunkRows);
            copy(maskArray, outputArray, packed, rows, targets.offsets(), store, held, progress);
          });
      double[] offsets = targets.offsets();
      return new Summary(
          m,
          (int) maskArray.rows() - m,
          d,
          n,
          (double) held[0] / m / d,
          offsets == null ? 0 : (int) DoubleStream.of(offsets).filter(o -> o != 0).count());
    }
  }

  /** Returns the rows that are completed runs. */
  private int[] rows(int m, Arena arena) {
    if (completed == null) {
      return IntStream.range(0, m).toArray();
    }
    NpyArray array = NpyArray.map(completed, arena).requireRank(1);
    boolean flags = array.dtype() == DType.BOOL || array.dtype() == DType.UINT8;
    if (!flags || array.rows() != m) {
      throw BadInputException.at(
          completed,
          "%d bools, one a row of %s".formatted(m, masks.getFileName()),
          "%s of shape %s".formatted(array.dtype().label(), array.shapeText()));
    }
    int[] rows = IntStream.range(0, m).filter(i -> array.get(i, 0) != 0).toArray();
    if (rows.length == 0) {
      throw BadInputException.at(completed, "at least one completed run", "none");
    }
    return rows;
  }

  /** Refuses rows of a store made in advance that no run has written. */
  private void requireEnded(NpyArray maskArray, NpyArray outputArray, int[] rows) {
    if (completed != null) {
      return;
    }
    int first = -1;
    int count = 0;
    boolean flags = true; // outputs 0 and 1, such as correctness, may well be all 0
    for (int i : rows) {
      boolean zero = true;
      for (long t = 0; t < outputArray.rowSize(); t++) {
        double value = outputArray.get(i, t);
        zero &= value == 0;
        flags &= value == 0 || value == 1;
      }
      if (zero && (outputArray.rowSize() >= TARGETS_ALL_ZERO || isEmpty(maskArray, i))) {
        first = count++ == 0 ? i : first;
      }
    }
    if (count > 0 && !flags) {
      throw BadInputException.at(
          "%s, row %d".formatted(outputs, first),
          "the outputs of a run that ended (--completed FILE says which did)",
          "zeros alone%s, as in %d rows"
              .formatted(isEmpty(maskArray, first) ? " and no unit in its mask" : "", count));
    }
  }

  private static boolean isEmpty(NpyArray masks, int row) {
    for (long j = 0; j < masks.rowSize(); j++) {
      if (masks.get(row, j) != 0) {
        return false;
      }
    }
    return true;
  }

  private void checkData(int d, int n) {
    if (data == null) {
      return;
    }
    if (data.train().rows() != d) {
      throw BadInputException.at(
          "data of imported runs",
          "%d training examples, one a unit".formatted(d),
          data.train().rows());
    }
    Dataset test = data.test();
    if (test != null && test.rows() != n) {
      throw BadInputException.at(
          "data of imported runs", "%d test examples, one a target".formatted(n), test.rows());
    }
  }

  /**
   * Returns what is taken off each target's outputs before they become float32: 0, or their mean
   * where float32 would lose what runs make of them; null where it is 0 for all.
   */
  private static double @Nullable [] offsets(NpyArray array, int[] rows) {
    if (array.dtype() != DType.FLOAT64) {
      return null;
    }
    double[] offsets = new double[(int) array.rowSize()];
    boolean any = false;
    for (int t = 0; t < offsets.length; t++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double sum = 0;
      double worst = 0;
      for (int i : rows) {
        double value = array.get(i, t);
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
        worst = Math.max(worst, Math.abs(value - (float) value));
      }
      if (worst > COARSEST * (high - low) && Math.abs(sum / rows.length) > high - low) {
        offsets[t] = sum / rows.length;
        any = true;
      }
    }
    return any ? offsets : null;
  }

  private NpyArray outputs(Arena arena) {
    NpyArray array = NpyArray.map(outputs, arena);
    if (!array.dtype().isFloat()) {
      throw BadInputException.at(outputs, "float16, float32 or float64", array.dtype().label());
    }
    return array.shape().length == 1 ? array.requireRank(1) : array.requireRank(2);
  }

  private void checkMasks(NpyArray array, boolean packed) {
    DType dtype = array.dtype();
    if (dtype != DType.UINT8 && (dtype != DType.BOOL || packed)) {
      throw BadInputException.at(masks, packed ? "uint8" : "bool or uint8", dtype.label());
    }
    if (units != null && units < 1) {
      throw BadInputException.at("--units", "at least 1", units);
    }
    if (packed && units != null && array.shape()[1] != Mask.bytes(units)) {
      throw BadInputException.at(
          masks,
          "%d columns of 0/1 or %d bytes of packed bits".formatted(units, Mask.bytes(units)),
          array.shape()[1] + " columns");
    }
  }

  private static int size(Path where, long size) {
    if (size > Integer.MAX_VALUE - 8) {
      throw BadInputException.at(where, "at most 2^31 − 9 of a kind", size);
    }
    return (int) size;
  }

  private Targets targets(int n, int d, Arena arena) {
    int[] inTrain = new int[n];
    java.util.Arrays.fill(inTrain, -1);
    if (targetsInTrain != null) {
      NpyArray array = NpyArray.map(targetsInTrain, arena).requireRank(1);
      if (array.dtype().isFloat() || array.rows() != n) {
        throw BadInputException.at(
            targetsInTrain,
            "%d integers, one a target".formatted(n),
            "%s of shape %s".formatted(array.dtype().label(), array.shapeText()));
      }
      inTrain = array.toInts();
      for (int t = 0; t < n; t++) {
        if (inTrain[t] < -1 || inTrain[t] >= d) {
          throw BadInputException.at(
              targetsInTrain + ", target " + t,
              "a unit in 0…%d or -1".formatted(d - 1),
              inTrain[t]);
        }
      }
    }
    return new Targets(inTrain, null);
  }

  private void copy(
      NpyArray maskArray,
      NpyArray outputArray,
      boolean packed,
      int[] runs,
      double @Nullable [] offsets,
      RunStore store,
      long[] held,
      Progress progress)
      throws IOException {
    int n = (int) outputArray.rowSize();
    try (Progress.Task task = progress.start("importing", store.runs(), "runs")) {
      Mask[] first = {null};
      boolean[] differ = {store.runs() == 1};
      for (int c = 0; c < store.chunks(); c++) {
        List<Mask> rows = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        int from = c * store.chunkRows();
        for (int r = from; r < from + store.rowsOf(c); r++) {
          int i = runs[r];
          Mask mask = packed ? packedMask(maskArray, i, store.units()) : mask(maskArray, i);
          held[0] += mask.size();
          first[0] = first[0] == null ? mask : first[0];
          differ[0] |= !mask.equals(first[0]);
          rows.add(mask);
          values.add(outputs(outputArray, i, n, offsets));
        }
        store.write(c, rows, Map.of(OUTPUT, values));
        task.step(rows.size());
      }
      if (!differ[0]) {
        throw BadInputException.at(masks, "runs on different subsets", "one mask in all rows");
      }
    }
  }

  private Mask mask(NpyArray array, long row) {
    byte[] flags = array.rowBytes(row);
    Mask fast = flags == null ? null : Mask.ofFlags(flags);
    return fast == null ? slowMask(array, row) : fast;
  }

  /** Takes any order of elements, and says which is neither 0 nor 1. */
  private Mask slowMask(NpyArray array, long row) {
    int d = (int) array.shape()[1];
    return Mask.of(
        d,
        j -> {
          int value = (int) array.get(row, j);
          if (value > 1) {
            throw BadInputException.at(
                "%s, row %d, column %d".formatted(masks, row, j),
                "0 or 1 (packed bits need --units)",
                value);
          }
          return value == 1;
        });
  }

  private Mask packedMask(NpyArray array, long row, int d) {
    byte[] bytes = new byte[Mask.bytes(d)];
    for (int b = 0; b < bytes.length; b++) {
      bytes[b] = (byte) (int) array.get(row, b);
    }
    int padding = bytes.length * Byte.SIZE - d;
    int last = bytes[bytes.length - 1] & 0xff;
    if (last >> (Byte.SIZE - padding) != 0) {
      throw BadInputException.at(
          "%s, row %d".formatted(masks, row), "0 in the bits after unit " + (d - 1), "1");
    }
    return new Mask(d, bytes);
  }

  private float[] outputs(NpyArray array, long row, int n, double @Nullable [] offsets) {
    float[] values = new float[n];
    for (int t = 0; t < n; t++) {
      double value = array.get(row, t) - (offsets == null ? 0 : offsets[t]);
      values[t] = (float) value;
      if (!Float.isFinite(values[t])) {
        throw BadInputException.at(
            "%s, row %d, column %d".formatted(outputs, row, t), "a finite float32", value);
      }
    }
    return values;
  }
}
