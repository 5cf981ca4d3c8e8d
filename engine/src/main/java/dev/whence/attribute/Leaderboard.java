package dev.whence.attribute;

import dev.whence.base.Json;
import dev.whence.evaluate.Interval;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Methods side by side, each at its cost: {@code leaderboard.json}.
 *
 * @param output name of the output that is explained
 * @param subsets number of held-out subsets that judge
 * @param times number of models trained on each
 * @param ceiling rank correlation that a perfect predictor would reach; null where it cannot be
 *     told
 * @param rows a row for each method and budget, the best first
 */
public record Leaderboard(
    String output, int subsets, int times, @Nullable Interval ceiling, List<Row> rows) {

  private static final String FILE = "leaderboard.json";

  /**
   * A method at a budget.
   *
   * @param scores name of the scores
   * @param method name of the method
   * @param models number of models that were trained
   * @param seconds that it took, with the training of its models
   * @param bytes that must stay to answer for another target
   * @param lds rank correlation of predictions with outputs on held-out subsets, 95% interval; null
   *     where there is none
   */
  public record Row(
      String scores,
      String method,
      int models,
      double seconds,
      long bytes,
      @Nullable Interval lds) {

    double value() {
      return lds == null ? Double.NEGATIVE_INFINITY : lds.value();
    }
  }

  public Leaderboard {
    rows = rows.stream().sorted((a, b) -> Double.compare(b.value(), a.value())).toList();
  }

  /** Returns whether no other row is as good in less time: the Pareto front. */
  public boolean isOnFront(Row row) {
    return rows.stream()
        .noneMatch(
            other ->
                other != row && other.value() >= row.value() && other.seconds() < row.seconds());
  }

  /** Reads a study's leaderboard; null where there is none. */
  public static @Nullable Leaderboard read(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    return Files.exists(file) ? Json.read(file, Leaderboard.class) : null;
  }

  /** Writes it into a study. */
  public void write(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    try (StudyLock _ = study.lock("leaderboard", "whence leaderboard", file)) {
      Json.write(file, this);
    }
  }
}
