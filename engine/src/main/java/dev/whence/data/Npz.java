package dev.whence.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
    return InputFiles.read(
        file,
        in -> {
          Map<String, NpyArray> arrays = new LinkedHashMap<>();
          ZipInputStream zip = new ZipInputStream(in);
          for (ZipEntry entry = next(file, zip); entry != null; entry = next(file, zip)) {
            String name = entry.getName();
            if (name.endsWith(ENDING)) {
              arrays.put(
                  name.substring(0, name.length() - ENDING.length()).replace('X', 'x'),
                  NpyArray.parse(file + ", " + name, MemorySegment.ofArray(zip.readAllBytes())));
            }
          }
          if (arrays.isEmpty()) {
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
