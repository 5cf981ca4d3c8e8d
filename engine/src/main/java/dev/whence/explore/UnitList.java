package dev.whence.explore;

import dev.whence.base.BadInputException;
import dev.whence.data.Column;
import dev.whence.data.InputFiles;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Units that a user picks.
 *
 * @param units indices of the units, increasing
 */
public record UnitList(int[] units) {

  /**
   * Returns the units that a file lists or a query on the metadata matches.
   *
   * @param fileOrQuery name of a file, or a query such as {@code source=clinic-b}
   */
  public static UnitList of(String fileOrQuery, Study study) throws IOException {
    Path file = file(fileOrQuery);
    return file != null ? read(file, study) : matching(fileOrQuery, study);
  }

  private static @Nullable Path file(String name) {
    try {
      Path file = Path.of(name);
      return Files.isRegularFile(file) || name.matches("[^=<>]*") ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * Returns the units that match a query on the columns of the metadata table, and on {@code name},
   * {@code group} and {@code label}. A group matches where all of its examples do; a group of which
   * some do is refused.
   */
  public static UnitList matching(String query, Study study) throws IOException {
    Captions captions = Captions.of(study);
    Map<String, Column> columns = captions.columns();
    IntPredicate matches = MetadataQuery.of(query, columns);
    int[] matched = new int[study.manifest().units()];
    int[] unitOf = captions.unitOfRow(matched.length);
    int[] all = new int[matched.length];
    for (int i = 0; i < unitOf.length; i++) {
      all[unitOf[i]]++;
      matched[unitOf[i]] += matches.test(i) ? 1 : 0;
    }
    for (int j = 0; j < all.length; j++) {
      if (matched[j] > 0 && matched[j] < all[j]) {
        throw BadInputException.at(
            "query '%s'".formatted(query),
            "all examples of a unit or none",
            "%d of %d of unit %s".formatted(matched[j], all[j], captions.unit(j).name()));
      }
    }
    int[] units = IntStream.range(0, all.length).filter(j -> matched[j] > 0).toArray();
    if (units.length == 0) {
      throw BadInputException.at("query '%s'".formatted(query), "a unit that matches", "none");
    }
    return new UnitList(units);
  }

  /**
   * Reads a text file with the number or the name of a unit on each line; empty lines and lines
   * that begin with # are passed over. A line that is both a number and a name is taken as a
   * number.
   */
  public static UnitList read(Path file, Study study) throws IOException {
    int count = study.manifest().units();
    List<String> lines =
        new String(InputFiles.read(file, in -> in.readAllBytes()), StandardCharsets.UTF_8)
            .replaceFirst("^\\uFEFF", "")
            .lines()
            .toList();
    Map<String, Integer> names = names(Captions.of(study), count);
    TreeSet<Integer> units = new TreeSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Integer named = names.get(line);
      Integer unit = line.matches("\\d{1,9}") ? Integer.valueOf(line) : named;
      if (named != null && !named.equals(unit)) {
        throw BadInputException.at(
            "%s, line %d".formatted(file, i + 1),
            "a number or a name that means one unit",
            "%s: unit %s, and the name of unit %d".formatted(line, line, named));
      }
      if (unit == null || unit >= count) {
        throw BadInputException.at(
            "%s, line %d".formatted(file, i + 1),
            "the name of a unit, or a number of 0 … %,d".formatted(count - 1),
            line);
      }
      units.add(unit);
    }
    if (units.isEmpty()) {
      throw BadInputException.at(file, "units, one a line", "none");
    }
    return new UnitList(units.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Map<String, Integer> names(Captions captions, int count) {
    Map<String, Integer> names = new HashMap<>();
    for (int j = 0; j < count; j++) {
      names.putIfAbsent(captions.unit(j).name(), j);
    }
    return names;
  }
}
