package dev.whence.regress;

import dev.whence.data.BadInputException;
import dev.whence.data.DType;
import dev.whence.store.LedgeredArrays;
import dev.whence.store.Study;
import dev.whence.store.ZarrArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fitted datamodels on disk, in chunks of targets: {@code weights} float32 [n, d], {@code bias},
 * {@code lambda}, {@code gap} float64 [n], {@code path_gap}, {@code train_error} and {@code
 * validation_error} float64 [n, λ] along the path.
 */
public final class DatamodelStore {

  private static final int CHUNK_TARGETS = SumsStore.CHUNK;
  private static final String WEIGHTS = "weights";

  /** Arrays that every fit has. */
  private static final List<String> NAMES =
      List.of(WEIGHTS, "bias", "lambda", "gap", "path_gap", "train_error", "validation_error");

  private final LedgeredArrays arrays;

  private DatamodelStore(Path folder, Map<String, ZarrArray> arrays) {
    this.arrays = new LedgeredArrays(folder.resolve("ledger"), arrays);
  }

  static DatamodelStore create(Path folder, int units, int targets, FitOptions options)
      throws IOException {
    int lambdas = options.lambdas();
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    for (String name : NAMES) {
      int columns =
          switch (name) {
            case WEIGHTS -> units;
            case "bias", "lambda", "gap" -> 0;
            default -> lambdas;
          };
      create(folder, name, targets, columns, arrays);
    }
    return new DatamodelStore(folder, arrays);
  }

  private static void create(
      Path folder, String name, int targets, int columns, Map<String, ZarrArray> into)
      throws IOException {
    DType type = name.equals(WEIGHTS) ? DType.FLOAT32 : DType.FLOAT64;
    String axis = name.equals(WEIGHTS) ? "unit" : "lambda";
    long[] shape = columns == 0 ? new long[] {targets} : new long[] {targets, columns};
    List<String> dimensions = columns == 0 ? List.of("target") : List.of("target", axis);
    into.put(
        name,
        ZarrArray.create(folder.resolve(name), type, shape, CHUNK_TARGETS, Map.of(), dimensions));
  }

  /** Opens the datamodels in {@code folder}. */
  public static DatamodelStore open(Path folder) throws IOException {
    Map<String, ZarrArray> arrays = new LinkedHashMap<>();
    for (String name : NAMES) {
      arrays.put(name, ZarrArray.open(folder.resolve(name)));
    }
    return new DatamodelStore(folder, arrays);
  }

  /** Opens the datamodels of a study, which must be fitted, every target of them. */
  public static DatamodelStore finished(Study study) throws IOException {
    if (!Files.exists(study.datamodels().resolve("fit.json"))) {
      throw BadInputException.at(study.folder(), "fitted datamodels (whence fit)", "none");
    }
    DatamodelStore store = open(study.datamodels());
    if (!store.complete()) {
      throw BadInputException.at(
          study.datamodels(), "a finished fit (whence fit goes on with it)", "an unfinished one");
    }
    return store;
  }

  public int targets() {
    return (int) arrays.array("bias").rows();
  }

  public int units() {
    return arrays.array(WEIGHTS).rowSize();
  }

  int chunks() {
    return arrays.array("bias").chunks();
  }

  int firstTarget(int chunk) {
    return chunk * CHUNK_TARGETS;
  }

  int targetsOf(int chunk) {
    return arrays.array("bias").rowsOf(chunk);
  }

  boolean done(int chunk) throws IOException {
    return arrays.rows(chunk) >= targetsOf(chunk);
  }

  /** Returns whether every target is fitted. */
  public boolean complete() throws IOException {
    for (int c = 0; c < chunks(); c++) {
      if (!done(c)) {
        return false;
      }
    }
    return true;
  }

  /** Writes a chunk of targets, its ledger entry last. */
  void write(int chunk, List<Datamodel> models) throws IOException {
    Map<String, ByteBuffer> elements = new LinkedHashMap<>();
    for (String name : NAMES) {
      ByteBuffer buffer = arrays.array(name).newChunk(models.size());
      for (int t = 0; t < models.size(); t++) {
        put(name, models.get(t), buffer);
      }
      elements.put(name, buffer);
    }
    arrays.write(chunk, models.size(), elements);
  }

  private static void put(String name, Datamodel model, ByteBuffer buffer) {
    switch (name) {
      case "weights" -> {
        for (double weight : model.weights()) {
          buffer.putFloat((float) weight);
        }
      }
      case "bias" -> buffer.putDouble(model.bias());
      case "lambda" -> buffer.putDouble(model.lambda());
      case "gap" -> buffer.putDouble(model.gap());
      case "path_gap" -> put(buffer, model.path().gaps());
      case "train_error" -> put(buffer, model.path().trainErrors());
      case "validation_error" -> put(buffer, model.path().validationErrors());
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static void put(ByteBuffer buffer, double[] values) {
    for (double value : values) {
      buffer.putDouble(value);
    }
  }

  /** Returns the weights of target {@code t}, [d]. */
  public float[] weights(int t) throws IOException {
    float[] row = new float[units()];
    arrays.read(WEIGHTS, t / CHUNK_TARGETS).asFloatBuffer().get(t % CHUNK_TARGETS * units(), row);
    return row;
  }

  /** Hears of the weights of one target after the other. */
  public interface Rows {
    /**
     * @param weights of target {@code t}, [d]; overwritten by the next target's
     */
    void row(int t, float[] weights) throws IOException;
  }

  /** Reads Θ, one target after the other, one chunk of targets in memory. */
  public void forEach(Rows rows) throws IOException {
    float[] row = new float[units()];
    for (int c = 0; c < chunks(); c++) {
      FloatBuffer chunk = arrays.read(WEIGHTS, c).asFloatBuffer();
      for (int t = 0; t < targetsOf(c); t++) {
        chunk.get(t * units(), row);
        rows.row(firstTarget(c) + t, row);
      }
    }
  }

  /**
   * Returns a float64 array: bias, lambda, gap [n], path_gap, train_error or validation_error [n,
   * λ].
   */
  public double[] doubles(String name) throws IOException {
    int size = arrays.array(name).rowSize();
    double[] values = new double[Math.multiplyExact(targets(), size)];
    for (int c = 0; c < chunks(); c++) {
      arrays.read(name, c).asDoubleBuffer().get(values, firstTarget(c) * size, targetsOf(c) * size);
    }
    return values;
  }

  /** Returns the number of columns of a float64 array; 1 for a vector. */
  public int columns(String name) {
    return arrays.array(name).rowSize();
  }
}
