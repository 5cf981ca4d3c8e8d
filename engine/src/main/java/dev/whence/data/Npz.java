package dev.whence.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Archives of numpy arrays: zip files with a .npy member for each. */
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

  /** Returns the arrays of {@code file} whose name is wanted; what others hold does not matter. */
  static Map<String, NpyArray> read(Path file, Predicate<String> wanted) {
    return InputFiles.read(
        file,
        in -> {
          Map<String, NpyArray> arrays = new LinkedHashMap<>();
          ZipInputStream zip = new ZipInputStream(in);
          boolean found = false;
          for (ZipEntry entry = next(file, zip); entry != null; entry = next(file, zip)) {
            String member = entry.getName();
            if (!member.endsWith(ENDING)) {
              continue;
            }
            found = true;
            String name = member.substring(0, member.length() - ENDING.length()).replace('X', 'x');
            if (wanted.test(name)) {
              arrays.put(
                  name,
                  NpyArray.parse(file + ", " + member, MemorySegment.ofArray(zip.readAllBytes())));
            }
          }
          if (!found) {
            throw BadInputException.at(file, "a .npz archive with .npy members", "none");
          }
          return arrays;
        });
  }

  private static @Nullable ZipEntry next(Path file, ZipInputStream zip) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (ZipException e) {
      throw BadInputException.at(file, "a .npz archive", e.getMessage());
    }
  }
}
