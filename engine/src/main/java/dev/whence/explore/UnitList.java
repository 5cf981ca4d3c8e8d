package dev.whence.explore;

import dev.whence.base.BadInputException;
import dev.whence.data.InputFiles;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Units that a user picks.
 *
 * @param units indices of the units, increasing
 */
public record UnitList(int[] units) {

  /**
   * Reads a text file with the number or the name of a unit on each line; empty lines and lines
   * that begin with # are passed over. A line that is both a number and a name is taken as a
   * number.
   */
  public static UnitList read(Path file, Study study) throws IOException {
    int count = study.manifest().units();
    List<String> lines =
        new String(InputFiles.read(file, in -> in.readAllBytes()), StandardCharsets.UTF_8)
            .lines()
            .toList();
    Map<String, Integer> names = new HashMap<>();
    Captions captions = Captions.of(study);
    TreeSet<Integer> units = new TreeSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Integer unit =
          line.matches("\\d{1,9}") ? Integer.valueOf(line) : named(line, names, captions, count);
      if (unit == null || unit >= count) {
        throw BadInputException.at(
            "%s, line %d".formatted(file, i + 1),
            "the name of a unit, or a number of 0 … %,d".formatted(count - 1),
            line);
      }
      units.add(unit);
    }
    return new UnitList(units.stream().mapToInt(Integer::intValue).toArray());
  }

  private static @org.jspecify.annotations.Nullable Integer named(
      String name, Map<String, Integer> names, Captions captions, int count) {
    if (names.isEmpty()) {
      for (int j = 0; j < count; j++) {
        names.putIfAbsent(captions.unit(j).name(), j);
      }
    }
    return names.get(name);
  }
}
