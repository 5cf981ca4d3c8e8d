package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The runs of a pool that failed, tried again too, and in whose place others of the same
 * distribution were trained: {@code skipped.json} beside the masks.
 *
 * @param runs in the order of their rows
 */
@Api
public record SkippedRuns(List<Skipped> runs) {

  private static final String FILE = "skipped.json";

  /**
   * A run that failed.
   *
   * @param row its row in the pool
   * @param reason why it failed, the last time
   */
  public record Skipped(long row, String reason) {}

  /** Returns those of the pool in {@code folder}. */
  public static SkippedRuns of(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Json.read(file, SkippedRuns.class) : new SkippedRuns(List.of());
  }

  /**
   * Lists what was skipped of rows [first, first + count), in place of what was listed of them
   * before.
   */
  static void write(Path folder, long first, int count, List<Skipped> skipped) throws IOException {
    List<Skipped> before = of(folder).runs;
    List<Skipped> others =
        before.stream().filter(s -> s.row < first || s.row >= first + count).toList();
    if (!skipped.isEmpty() || others.size() < before.size()) {
      Json.write(
          folder.resolve(FILE),
          new SkippedRuns(
              Stream.concat(others.stream(), skipped.stream())
                  .sorted(java.util.Comparator.comparingLong(Skipped::row))
                  .toList()));
    }
  }
}
