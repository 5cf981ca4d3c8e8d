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
 * Scores of a study under a name: the study's default datamodels, another fit, or scores of another
 * tool.
 *
 * @param name name of the scores
 * @param method method that computed the scores: an estimator's name, or the name given at import
 * @param output name of the recorded output that the scores are about
 * @param rows reader of the scores, [n, d], one target at a time
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

  /** Name of the fit that {@code whence fit} makes where no name is given. */
  public static final String DATAMODELS = "datamodels";

  private static final String FIT = "fit.json";
  private static final String ORIGIN = "scores.json";

  /** Opens the scores called {@code name}; refuses a fit that has not fitted every target. */
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

  /** Returns the names of all scores that a study has, unfinished fits included. */
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

  /**
   * Returns the folder of the scores called {@code name}, whether it exists or not; refuses a
   * malformed name.
   */
  public static Path folder(Study study, String name) {
    Study.requireName("name of scores", name);
    return name.equals(DATAMODELS) ? study.datamodels() : study.scores().resolve(name);
  }

  /**
   * Returns the part of the study that is locked while scores called {@code name} are written:
   * "datamodels", or "scores/" and the name.
   */
  public static String part(String name) {
    return name.equals(DATAMODELS) ? DATAMODELS : "scores/" + name;
  }

  /**
   * Returns the folder of the scores called {@code name}, and makes the folder {@code scores/} of
   * the study a Zarr group where the scores lie in it, so that Python opens it.
   */
  public static Path make(Study study, String name) throws IOException {
    Path folder = folder(study, name);
    if (!name.equals(DATAMODELS)) {
      Study.writeGroup(study.scores());
    }
    return folder;
  }

  /**
   * Returns the folder of the sums over runs from which the fit called {@code name} is solved.
   *
   * @param pool name of the pool whose runs are fitted to
   */
  static Path statistics(Study study, String name, String pool) {
    boolean own = pool.equals(StudyPool.POOL);
    return own && name.equals(DATAMODELS)
        ? study.statistics()
        : study.folder().resolve("sums").resolve(own ? name : name + "@" + pool);
  }
}
