package dev.whence.pool;

import dev.whence.data.BadInputException;
import dev.whence.data.DType;
import dev.whence.data.NpyArray;
import dev.whence.design.Mask;
import dev.whence.store.Manifest;
import dev.whence.store.Progress;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 */
public record RunImport(
    Path masks, Path outputs, @Nullable Integer units, @Nullable Path targetsInTrain) {

  /** The name that imported outputs get. */
  public static final String OUTPUT = "output";

  private static final int CHUNK_BYTES = 4 << 20;

  /** Creates the study; where anything is wrong, nothing is left behind. */
  public void into(Path folder, Progress progress) throws IOException {
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
      int m = size(masks, maskArray.rows());
      Targets targets = targets(n, d, arena);
      int chunkRows = Math.clamp(CHUNK_BYTES / Math.max(Mask.bytes(d), 4L * n), 1, m);
      Manifest manifest = Manifest.imported(0, d, n, OUTPUT, chunkRows);
      Study.create(
          folder,
          staging -> {
            manifest.write(staging.resolve("study.json"));
            if (targetsInTrain != null) {
              targets.write(staging);
            }
            RunStore store =
                RunStore.create(
                    staging.resolve("pool"),
                    m,
                    d,
                    Map.of(OUTPUT, new int[] {n}),
                    outputArray.dtype() == DType.FLOAT16 ? DType.FLOAT16 : DType.FLOAT32,
                    chunkRows);
            copy(maskArray, outputArray, packed, store, progress);
          });
    }
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
    return new Targets(inTrain);
  }

  private void copy(
      NpyArray maskArray, NpyArray outputArray, boolean packed, RunStore store, Progress progress)
      throws IOException {
    int n = (int) outputArray.rowSize();
    try (Progress.Task task = progress.start("importing", store.runs(), "runs")) {
      for (int c = 0; c < store.chunks(); c++) {
        List<Mask> rows = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        long first = (long) c * store.chunkRows();
        for (long i = first; i < first + store.rowsOf(c); i++) {
          rows.add(packed ? packedMask(maskArray, i, store.units()) : mask(maskArray, i));
          values.add(outputs(outputArray, i, n));
        }
        store.write(c, rows, Map.of(OUTPUT, values));
        task.step(rows.size());
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

  private float[] outputs(NpyArray array, long row, int n) {
    float[] values = new float[n];
    for (int t = 0; t < n; t++) {
      double value = array.get(row, t);
      values[t] = (float) value;
      if (!Float.isFinite(values[t])) {
        throw BadInputException.at(
            "%s, row %d, column %d".formatted(outputs, row, t), "a finite float32", value);
      }
    }
    return values;
  }
}
