package dev.whence.store;

import dev.whence.data.DType;
import dev.whence.design.Mask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs on disk: {@code masks} uint8 [m, ceil(d/8)] (bitorder little), an array float32 or float16
 * [m, n] for each output (logits: [m, n, classes]) and a ledger.
 */
public final class RunStore {

  private static final String MASKS = "masks";

  private final Path folder;
  private final ZarrArray masks;
  private final int units;
  private final LedgeredArrays arrays;

  private RunStore(Path folder, int units, ZarrArray masks, Map<String, ZarrArray> outputs) {
    this.folder = folder;
    this.units = units;
    this.masks = masks;
    Map<String, ZarrArray> all = new LinkedHashMap<>();
    all.put(MASKS, masks);
    all.putAll(outputs);
    arrays = new LedgeredArrays(folder.resolve("ledger"), all);
  }

  /**
   * Creates a store of {@code runs} runs, or extends the existing store.
   *
   * @param outputs shape of one run's values of each output: [n] or [n, classes]
   */
  public static RunStore create(
      Path folder, long runs, int units, Map<String, int[]> outputs, int chunkRows)
      throws IOException {
    return create(folder, runs, units, outputs, DType.FLOAT32, chunkRows);
  }

  /**
   * Creates a store, or extends the existing store, with outputs of a given type.
   *
   * @param dtype float32, or float16 for imported outputs that were recorded in float16
   */
  public static RunStore create(
      Path folder, long runs, int units, Map<String, int[]> outputs, DType dtype, int chunkRows)
      throws IOException {
    ZarrArray masks =
        ZarrArray.create(
            folder.resolve("masks"),
            DType.UINT8,
            new long[] {runs, Mask.bytes(units)},
            chunkRows,
            Map.of("bitorder", "little", "units", units),
            List.of("run", "packed_unit"));
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, int[]> output : outputs.entrySet()) {
      int[] tail = output.getValue();
      long[] shape = new long[tail.length + 1];
      List<String> dimensions = new ArrayList<>(List.of("run", "target", "class"));
      shape[0] = runs;
      for (int i = 0; i < tail.length; i++) {
        shape[i + 1] = tail[i];
      }
      arrays.put(
          output.getKey(),
          ZarrArray.create(
              folder.resolve(output.getKey()),
              dtype,
              shape,
              chunkRows,
              Map.of(),
              dimensions.subList(0, shape.length)));
    }
    Study.writeGroup(folder);
    return new RunStore(folder, units, masks, arrays);
  }

  /** Returns whether {@code folder} holds runs. */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve("masks/zarr.json"));
  }

  /** Opens the runs in {@code folder}, with the outputs of the given names. */
  public static RunStore open(Path folder, List<String> outputs) throws IOException {
    ZarrArray masks = ZarrArray.open(folder.resolve("masks"));
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    for (String output : outputs) {
      arrays.put(output, ZarrArray.open(folder.resolve(output)));
    }
    if (!(masks.attributes().get("units") instanceof Number units)) {
      throw new CorruptStudyException(
          folder.resolve("masks/zarr.json"), "attribute 'units'", "none");
    }
    checkShapes(folder, masks, units.intValue(), arrays);
    return new RunStore(folder, units.intValue(), masks, arrays);
  }

  /**
   * Refuses arrays whose types or chunks do not fit together: kernels read them without further
   * checks.
   */
  private static void checkShapes(
      Path folder, ZarrArray masks, int units, Map<String, ZarrArray> outputs) {
    if (masks.dtype() != DType.UINT8 || units < 1 || masks.rowSize() != Mask.bytes(units)) {
      throw new CorruptStudyException(
          folder.resolve("masks/zarr.json"),
          "uint8 masks of %d units in %d bytes".formatted(units, Mask.bytes(units)),
          "%s in %d".formatted(masks.dtype().label(), masks.rowSize()));
    }
    outputs.forEach(
        (name, array) -> {
          if (!array.dtype().isFloat() || array.chunkRows() != masks.chunkRows()) {
            throw new CorruptStudyException(
                folder.resolve(name).resolve("zarr.json"),
                "floats in chunks of %d runs".formatted(masks.chunkRows()),
                "%s in chunks of %d".formatted(array.dtype().label(), array.chunkRows()));
          }
        });
  }

  /** Returns the number of runs asked for, done or not. */
  public long runs() {
    return masks.rows();
  }

  public int units() {
    return units;
  }

  public int chunks() {
    return masks.chunks();
  }

  public int chunkRows() {
    return masks.chunkRows();
  }

  /** Returns the number of runs of chunk {@code chunk}. */
  public int rowsOf(int chunk) {
    return masks.rowsOf(chunk);
  }

  /** Returns whether every run of a chunk is done. */
  public boolean done(int chunk) throws IOException {
    return doneRows(chunk) >= rowsOf(chunk);
  }

  /**
   * Returns the number of runs of a chunk that are done: none, all, or some in the chunk that was
   * the last one before the store was extended.
   */
  public int doneRows(int chunk) throws IOException {
    return arrays.rows(chunk);
  }

  /**
   * Returns m, the number of runs that are done, from the first run to the first one that the
   * ledger does not record. The number of runs asked for does not matter.
   */
  public int doneRuns() throws IOException {
    int runs = 0;
    for (int c = 0; c < chunks(); c++) {
      int rows = Math.min(doneRows(c), rowsOf(c));
      runs += rows;
      if (rows < chunkRows()) {
        break;
      }
    }
    return runs;
  }

  /**
   * Writes a chunk, its ledger entry last.
   *
   * @param rows masks of the chunk's runs
   * @param values for each output the values of the chunk's runs, one array a run
   */
  public void write(int chunk, List<Mask> rows, Map<String, List<float[]>> values)
      throws IOException {
    Map<String, ByteBuffer> elements = new LinkedHashMap<>();
    ByteBuffer packed = masks.newChunk(rows.size());
    rows.forEach(mask -> packed.put(mask.bytes()));
    elements.put(MASKS, packed);
    values.forEach(
        (output, runs) -> {
          ZarrArray array = arrays.array(output);
          ByteBuffer buffer = array.newChunk(rows.size());
          runs.forEach(run -> put(run, array.dtype(), buffer));
          elements.put(output, buffer);
        });
    arrays.write(chunk, rows.size(), elements);
  }

  private static void put(float[] run, DType dtype, ByteBuffer buffer) {
    if (dtype == DType.FLOAT32) {
      buffer.asFloatBuffer().put(run);
      buffer.position(buffer.position() + run.length * Float.BYTES);
    } else {
      for (float value : run) {
        buffer.putShort(Float.floatToFloat16(value));
      }
    }
  }

  /** Returns the number of targets of an output: the length of its second dimension. */
  public int targets(String output) {
    return (int) array(output).shape()[1];
  }

  /** Returns the checksum that the ledger records for a chunk of {@code masks} or of an output. */
  public String checksum(String name, int chunk) throws IOException {
    return arrays.checksum(name, chunk);
  }

  /** Returns the packed masks of a chunk, row after row. */
  public byte[] masksOf(int chunk) throws IOException {
    byte[] packed = new byte[rowsOf(chunk) * masks.rowSize()];
    arrays.read(MASKS, chunk).get(packed);
    return packed;
  }

  /** Returns an output of a chunk's runs, little-endian in the array's type, row after row. */
  public OutputChunk outputsOf(String output, int chunk) throws IOException {
    ZarrArray array = array(output);
    return new OutputChunk(arrays.read(output, chunk), array.dtype(), array.rowSize());
  }

  /** Returns the bytes of the first {@code rows} rows of a chunk of masks or of an output. */
  public ByteBuffer bytesOf(String name, int chunk, int rows) throws IOException {
    ZarrArray array = array(name);
    return arrays.read(name, chunk).slice(0, rows * array.rowSize() * array.dtype().bytes());
  }

  /** The values of an output for the runs of a chunk, in float16 or float32. */
  public record OutputChunk(ByteBuffer values, DType dtype, int rowSize) {

    /** Copies values [from, from + n) of row {@code row} to {@code into[at]} on. */
    public void copy(int row, int from, int n, float[] into, int at) {
      int index = row * rowSize + from;
      if (dtype == DType.FLOAT32) {
        values.asFloatBuffer().get(index, into, at, n);
        return;
      }
      for (int t = 0; t < n; t++) {
        into[at + t] = Float.float16ToFloat(values.getShort((index + t) * Short.BYTES));
      }
    }
  }

  private ZarrArray array(String name) {
    return arrays.array(name);
  }

  /** Returns the packed masks of the first {@code runs} runs, row after row. */
  public byte[] masks(int runs) throws IOException {
    int rowBytes = masks.rowSize();
    byte[] packed = new byte[Math.multiplyExact(runs, rowBytes)];
    for (int c = 0; (long) c * chunkRows() < runs; c++) {
      int first = c * chunkRows();
      arrays
          .read(MASKS, c)
          .get(packed, first * rowBytes, Math.min(chunkRows(), runs - first) * rowBytes);
    }
    return packed;
  }

  /** Returns an output of the first {@code runs} runs, row after row. */
  public float[] outputs(String output, int runs) throws IOException {
    int size = array(output).rowSize();
    float[] values = new float[Math.multiplyExact(runs, size)];
    for (int c = 0; (long) c * chunkRows() < runs; c++) {
      OutputChunk chunk = outputsOf(output, c);
      int first = c * chunkRows();
      for (int i = 0; i < Math.min(chunkRows(), runs - first); i++) {
        chunk.copy(i, 0, size, values, (first + i) * size);
      }
    }
    return values;
  }
}
