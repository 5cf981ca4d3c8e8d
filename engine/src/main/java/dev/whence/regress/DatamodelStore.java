package dev.whence.regress;

import dev.whence.base.BadInputException;
import dev.whence.store.ScoreRows;
import dev.whence.store.ScoreStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fitted datamodels on disk: the weights, an array of scores [n, d]; float64 arrays {@code bias},
 * {@code lambda} and {@code gap}, the relative duality gap, [n]; and float64 arrays {@code
 * path_gap}, {@code train_error} and {@code validation_error}, [n, λ], along each target's path.
 */
public final class DatamodelStore implements ScoreRows {

  private static final List<String> VECTORS = List.of("bias", "lambda", "gap");
  private static final List<String> PATHS = List.of("path_gap", "train_error", "validation_error");

  private final ScoreStore store;

  private DatamodelStore(ScoreStore store) {
    this.store = store;
  }

  /**
   * Opens the datamodels in a folder, or makes arrays for them that hold none yet.
   *
   * @param scores name of the array of weights, [n, d]
   * @param options options of the fit, whose number of λ is the length of the λ axis
   */
  static DatamodelStore create(
      Path folder, String scores, int units, int targets, FitOptions options) throws IOException {
    List<ScoreStore.Beside> beside = new java.util.ArrayList<>();
    VECTORS.forEach(name -> beside.add(new ScoreStore.Beside(name, 0, "")));
    PATHS.forEach(name -> beside.add(new ScoreStore.Beside(name, options.lambdas(), "lambda")));
    return new DatamodelStore(ScoreStore.create(folder, scores, targets, units, beside));
  }

  /** Opens the datamodels in {@code folder}, also those of a fit that is not finished. */
  public static DatamodelStore open(Path folder) throws IOException {
    List<String> beside = new java.util.ArrayList<>(VECTORS);
    beside.addAll(PATHS);
    ScoreStore store = ScoreStore.open(folder, beside);
    for (String name : beside) {
      if (!store.has(name)) {
        throw BadInputException.at(folder, "an array '%s'".formatted(name), "none");
      }
    }
    return new DatamodelStore(store);
  }

  /** Opens the datamodels in {@code folder}; refuses a fit that has not yet fitted every target. */
  public static DatamodelStore finished(Path folder) throws IOException {
    if (!Files.exists(folder.resolve("fit.json"))) {
      throw BadInputException.at(folder, "fitted datamodels (whence fit)", "none");
    }
    DatamodelStore store = open(folder);
    if (!store.complete()) {
      throw BadInputException.at(
          folder, "a finished fit (whence fit goes on with it)", "an unfinished one");
    }
    return store;
  }

  /**
   * Opens the default datamodels of a study; refuses a fit that has not yet fitted every target.
   */
  public static DatamodelStore finished(Study study) throws IOException {
    return finished(study.datamodels());
  }

  @Override
  public int targets() {
    return store.targets();
  }

  @Override
  public int units() {
    return store.units();
  }

  int chunks() {
    return store.chunks();
  }

  int firstTarget(int chunk) {
    return store.firstTarget(chunk);
  }

  int targetsOf(int chunk) {
    return store.targetsOf(chunk);
  }

  boolean done(int chunk) throws IOException {
    return store.done(chunk);
  }

  /** Returns whether the datamodel of every target is on disk. */
  public boolean complete() throws IOException {
    return store.complete();
  }

  void write(int chunk, List<Datamodel> models) throws IOException {
    store.write(chunk, (array, i) -> row(array, models.get(i)));
  }

  private double[] row(String array, Datamodel model) {
    return switch (array) {
      case "bias" -> new double[] {model.bias()};
      case "lambda" -> new double[] {model.lambda()};
      case "gap" -> new double[] {model.relativeGap()};
      case "path_gap" -> model.path().relativeGaps();
      case "train_error" -> model.path().trainErrors();
      case "validation_error" -> model.path().validationErrors();
      default -> model.weights();
    };
  }

  @Override
  public float[] row(int t) throws IOException {
    return store.row(t);
  }

  @Override
  public void forEach(Visitor visitor) throws IOException {
    store.forEach(visitor);
  }

  /**
   * Returns the float64 array called {@code name}: bias, lambda or gap, [n], or path_gap,
   * train_error or validation_error, [n, λ] row-major.
   */
  public double[] doubles(String name) throws IOException {
    return store.beside(name);
  }

  /**
   * Returns each target's smallest validation error along its path, [n]; NaN where none is known.
   */
  public double[] validationErrors() throws IOException {
    double[] errors = doubles("validation_error");
    int columns = columns("validation_error");
    return IntStream.range(0, targets())
        .mapToDouble(
            t ->
                Arrays.stream(errors, t * columns, (t + 1) * columns)
                    .filter(Double::isFinite)
                    .min()
                    .orElse(Double.NaN))
        .toArray();
  }

  /** Returns the number of columns of the float64 array called {@code name}; 1 for a vector. */
  public int columns(String name) {
    return store.columns(name);
  }
}
