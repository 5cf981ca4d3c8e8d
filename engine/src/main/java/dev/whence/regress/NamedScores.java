package dev.whence.regress;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.store.ScoreOrigin;
import dev.whence.store.ScoreRows;
import dev.whence.store.ScoreStore;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scores of a study under a name: the study's datamodels, another fit, or scores of another tool.
 *
 * @param method method that computed the scores: an estimator's name, or the name given at import
 * @param output the recorded output that the scores are about
 * @param rows the scores, [n, d]
 * @param bias the bias of each target, [n], if bias plus scores predict the output; null if the
 *     scores only rank units
 * @param fit options of the fit; null if another tool computed the scores
 */
public record NamedScores(
    String name,
    String method,
    String output,
    ScoreRows rows,
    double @Nullable [] bias,
    @Nullable FitOptions fit) {

  /** The name of the fit that {@code whence fit} makes where no name is given. */
  public static final String DATAMODELS = "datamodels";

  private static final String FIT = "fit.json";
  private static final String ORIGIN = "scores.json";

  /** Opens the scores called {@code name}, which must be complete. */
  public static NamedScores open(Study study, String name) throws IOException {
    Path folder = folder(study, name);
    if (Files.exists(folder.resolve(FIT))) {
      FitOptions fit = Json.read(folder.resolve(FIT), FitOptions.class);
      DatamodelStore store = DatamodelStore.finished(folder);
      return new NamedScores(
          name, fit.estimator(), fit.output(), store, store.doubles("bias"), fit);
    }
    if (Files.exists(folder.resolve(ORIGIN))) {
      ScoreOrigin origin = Json.read(folder.resolve(ORIGIN), ScoreOrigin.class);
      ScoreStore store = ScoreStore.open(folder, List.of("bias"));
      return new NamedScores(
          name,
          origin.method(),
          origin.output(),
          store,
          store.has("bias") ? store.beside("bias") : null,
          null);
    }
    List<String> names = names(study);
    if (names.isEmpty()) {
      throw BadInputException.at(
          study.folder(), "fitted datamodels (whence fit) or other scores", "none");
    }
    throw BadInputException.unknown("scores", names, name);
  }

  /**
   * Returns m, the number of runs that the scores were fitted to; 0 if another tool computed them.
   */
  public int runs() {
    return fit == null ? 0 : fit.runs();
  }

  /** Returns the names of the scores that a study has. */
  public static List<String> names(Study study) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.exists(study.datamodels().resolve(FIT))) {
      names.add(DATAMODELS);
    }
    if (Files.isDirectory(study.scores())) {
      try (Stream<Path> folders = Files.list(study.scores())) {
        folders
            .filter(f -> Files.exists(f.resolve(FIT)) || Files.exists(f.resolve(ORIGIN)))
            .map(f -> f.getFileName().toString())
            .sorted()
            .forEach(names::add);
      }
    }
    return names;
  }

  /** Returns the folder of scores called {@code name}; refuses a malformed name. */
  public static Path folder(Study study, String name) {
    Study.requireName("name of scores", name);
    return name.equals(DATAMODELS) ? study.datamodels() : study.scores().resolve(name);
  }

  /** Returns the name of scores as a part of the study that is locked for writing. */
  public static String part(String name) {
    return name.equals(DATAMODELS) ? DATAMODELS : "scores/" + name;
  }

  /**
   * Returns the folder of scores called {@code name}, and makes the folder above it a Zarr group,
   * so that Python opens both.
   */
  public static Path make(Study study, String name) throws IOException {
    Path folder = folder(study, name);
    if (!name.equals(DATAMODELS)) {
      Study.writeGroup(study.scores());
    }
    return folder;
  }

  /** Returns the folder of the statistics from which the fit called {@code name} is solved. */
  static Path statistics(Study study, String name, String pool) {
    boolean own = pool.equals(StudyPool.POOL);
    return own && name.equals(DATAMODELS)
        ? study.statistics()
        : study.folder().resolve("sums").resolve(own ? name : name + "@" + pool);
  }
}
