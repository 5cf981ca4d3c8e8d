package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens input files, unpacking gzip, and turns errors into a {@link BadInputException}. */
public final class InputFiles {

  private InputFiles() {}

  /** Reads from an open stream. */
  public interface Body<T> {
    T read(InputStream in) throws IOException;
  }

  /** Reads {@code file}, unpacked where it begins with the two bytes of gzip. */
  public static <T> T read(Path file, Body<T> body) {
    if (!Files.isRegularFile(file)) {
      throw BadInputException.at(file, "a file", Files.exists(file) ? "a folder" : "nothing there");
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      try (InputStream in = gzip ? new GZIPInputStream(raw, 1 << 16) : raw) {
        return body.read(in);
      }
    } catch (EOFException e) {
      throw BadInputException.at(file, "more data", "its end (truncated file)");
    } catch (IOException e) {
      throw new BadInputException("%s: cannot be read (%s)".formatted(file, e.getMessage()));
    }
  }

  /** Reads exactly {@code n} bytes. */
  static byte[] readExactly(Path file, InputStream in, long n, String what) throws IOException {
    if (n > Integer.MAX_VALUE - 16) {
      throw BadInputException.at(file, "at most 2 GiB of " + what, n + " bytes");
    }
    byte[] bytes = in.readNBytes((int) n);
    if (bytes.length < n) {
      throw BadInputException.at(
          file, "%d bytes of %s".formatted(n, what), bytes.length + " (truncated file)");
    }
    return bytes;
  }

  /**
   * Returns the first of {@code names} that exists in {@code directory} as it is or with .gz added.
   */
  static @org.jspecify.annotations.Nullable Path find(Path directory, String... names) {
    for (String name : names) {
      for (String ending : new String[] {"", ".gz"}) {
        Path file = directory.resolve(name + ending);
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    return null;
  }
}
