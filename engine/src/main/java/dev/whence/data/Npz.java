package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Archives of numpy arrays: zip files with a .npy member for each array. */
public final class Npz {

  private static final String ENDING = ".npy";

  private Npz() {}

  /** Returns the arrays of {@code file} by name; a capital X in a name becomes small. */
  public static Map<String, NpyArray> read(Path file) {
    return read(file, name -> true);
  }

  /** Returns the names of the arrays of {@code file}; a capital X in a name becomes small. */
  static List<String> names(Path file) {
    List<String> names = new ArrayList<>();
    read(
        file,
        name -> {
          names.add(name);
          return false;
        });
    return names;
  }

  /** Returns the arrays of {@code file} whose name is wanted; other members are not read. */
  static Map<String, NpyArray> read(Path file, Predicate<String> wanted) {
    return InputFiles.read(file, in -> members(file, wanted));
  }

  /** Reads the members through the archive's directory, which a truncated archive lacks. */
  private static Map<String, NpyArray> members(Path file, Predicate<String> wanted)
      throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String member = entry.getName();
        if (!member.endsWith(ENDING)) {
          continue;
        }
        String name = member.substring(0, member.length() - ENDING.length()).replace('X', 'x');
        if (!names.add(name)) {
          throw BadInputException.at(
              file, "one array '%s', whether its x is capital or not".formatted(name), "two");
        }
        if (wanted.test(name)) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          arrays.put(name, NpyArray.parse(file + ", " + member, MemorySegment.ofArray(bytes)));
        }
      }
    } catch (ZipException e) {
      throw BadInputException.at(file, "a whole .npz archive", String.valueOf(e.getMessage()));
    }
    if (names.isEmpty()) {
      throw BadInputException.at(file, "a .npz archive with .npy members", "none");
    }
    return arrays;
  }
}
