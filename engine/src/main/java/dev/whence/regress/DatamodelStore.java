package dev.whence.regress;

import dev.whence.data.BadInputException;
import dev.whence.data.DType;
import dev.whence.store.Ledger;
import dev.whence.store.Study;
import dev.whence.store.ZarrArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fitted datamodels on disk, in chunks of targets: {@code weights} float32 [n, d], {@code bias},
 * {@code lambda}, {@code gap} float64 [n], {@code path_gap}, {@code train_error} and {@code
 * validation_error} float64 [n, λ] along the path, and where the fit keeps them {@code held_out}
 * float32 [n, validation], the predictions for the last fold before the refit.
 */
public final class DatamodelStore {

  private static final int CHUNK_TARGETS = SumsStore.CHUNK;
  private static final String HELD_OUT = "held_out";

  private final Map<String, ZarrArray> arrays = new LinkedHashMap<>();
  private final Ledger ledger;

  private DatamodelStore(Path folder) {
    ledger = new Ledger(folder.resolve("ledger"));
  }

  static DatamodelStore create(Path folder, int units, int targets, FitOptions options)
      throws IOException {
    DatamodelStore store = new DatamodelStore(folder);
    int lambdas = Estimator.Kind.of(options.estimator()).single() ? 1 : options.path().lambdas();
    store.create(folder, "weights", DType.FLOAT32, targets, units, "unit");
    store.create(folder, "bias", DType.FLOAT64, targets, 0, "");
    store.create(folder, "lambda", DType.FLOAT64, targets, 0, "");
    store.create(folder, "gap", DType.FLOAT64, targets, 0, "");
    store.create(folder, "path_gap", DType.FLOAT64, targets, lambdas, "lambda");
    store.create(folder, "train_error", DType.FLOAT64, targets, lambdas, "lambda");
    store.create(folder, "validation_error", DType.FLOAT64, targets, lambdas, "lambda");
    if (options.predictions()) {
      store.create(folder, HELD_OUT, DType.FLOAT32, targets, options.validation(), "run");
    }
    return store;
  }

  private void create(Path folder, String name, DType type, int targets, int columns, String axis)
      throws IOException {
    long[] shape = columns == 0 ? new long[] {targets} : new long[] {targets, columns};
    List<String> dimensions = columns == 0 ? List.of("target") : List.of("target", axis);
    arrays.put(
        name,
        ZarrArray.create(folder.resolve(name), type, shape, CHUNK_TARGETS, Map.of(), dimensions));
  }

  /** Opens the datamodels in {@code folder}. */
  public static DatamodelStore open(Path folder) throws IOException {
    DatamodelStore store = new DatamodelStore(folder);
    for (String name :
        List.of(
            "weights", "bias", "lambda", "gap", "path_gap", "train_error", "validation_error")) {
      store.arrays.put(name, ZarrArray.open(folder.resolve(name)));
    }
    if (Files.exists(folder.resolve(HELD_OUT))) {
      store.arrays.put(HELD_OUT, ZarrArray.open(folder.resolve(HELD_OUT)));
    }
    return store;
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

  private ZarrArray array(String name) {
    return java.util.Objects.requireNonNull(arrays.get(name));
  }

  public int targets() {
    return (int) array("bias").rows();
  }

  public int units() {
    return array("weights").rowSize();
  }

  int chunks() {
    return array("bias").chunks();
  }

  int firstTarget(int chunk) {
    return chunk * CHUNK_TARGETS;
  }

  int targetsOf(int chunk) {
    return array("bias").rowsOf(chunk);
  }

  boolean done(int chunk) throws IOException {
    return ledger.done(chunk, targetsOf(chunk));
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

  /**
   * Writes a chunk of targets, its ledger entry last.
   *
   * @param heldOut for each target the predictions for the validation runs
   */
  void write(int chunk, List<Datamodel> models, List<float[]> heldOut) throws IOException {
    ledger.remove(chunk);
    Map<String, String> checksums = new LinkedHashMap<>();
    for (Map.Entry<String, ZarrArray> entry : arrays.entrySet()) {
      ByteBuffer buffer = entry.getValue().newChunk(models.size());
      for (int t = 0; t < models.size(); t++) {
        put(entry.getKey(), models.get(t), heldOut.get(t), buffer);
      }
      checksums.put(entry.getKey(), Ledger.hex(entry.getValue().write(chunk, buffer)));
    }
    ledger.add(new Ledger.Entry(chunk, models.size(), checksums));
  }

  private static void put(String name, Datamodel model, float[] heldOut, ByteBuffer buffer) {
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
      case HELD_OUT -> {
        for (float prediction : heldOut) {
          buffer.putFloat(prediction);
        }
      }
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
    array("weights")
        .require(t / CHUNK_TARGETS)
        .asFloatBuffer()
        .get(t % CHUNK_TARGETS * units(), row);
    return row;
  }

  /** Returns Θ, [n, d] row-major. */
  public float[] weights() throws IOException {
    return array("weights").readFloats();
  }

  /**
   * Returns a float64 array: bias, lambda, gap [n], path_gap, train_error or validation_error [n,
   * λ].
   */
  public double[] doubles(String name) throws IOException {
    return array(name).readDoubles();
  }

  /**
   * Returns the predictions for the validation runs before the refit, [n, validation] row-major.
   */
  public float[] heldOut() throws IOException {
    if (!arrays.containsKey(HELD_OUT)) {
      throw BadInputException.at(
          "datamodels", "a fit with predictions, or repeats to judge on", "neither");
    }
    return array(HELD_OUT).readFloats();
  }
}
