package dev.whence.learn.process;

import dev.whence.base.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that a training command consists of: each argument that is a file, the value of {@code
 * --option=FILE}, the program itself where it is a script, and the files that the user names.
 */
final class ProgramFiles {

  private ProgramFiles() {}

  /**
   * Returns the SHA-256 of each file, by its name as the command or the user writes it.
   *
   * @param directory folder that relative names start from
   * @param more names of further files, which must exist
   */
  static Map<String, String> fingerprints(Path directory, List<String> command, List<String> more) {
    Map<String, String> fingerprints = new TreeMap<>();
    for (int i = 0; i < command.size(); i++) {
      String argument = command.get(i);
      String name =
          argument.startsWith("-") ? argument.substring(argument.indexOf('=') + 1) : argument;
      Path file = file(directory, name);
      if (file != null && (i > 0 || isScript(file))) {
        fingerprints.put(name, sha256(file));
      }
    }
    for (String name : more) {
      Path file = file(directory, name);
      if (file == null) {
        throw BadInputException.at(
            "learner process, files", "files below " + directory, "no file " + name);
      }
      fingerprints.put(name, sha256(file));
    }
    return fingerprints;
  }

  private static @Nullable Path file(Path directory, String name) {
    try {
      Path file = directory.resolve(name);
      return Files.isRegularFile(file) ? file : null;
    } catch (InvalidPathException e) {
      return null; // not a file name, such as code given to -c
    }
  }

  /**
   * Returns whether a program begins with #!; other programs, such as interpreters, belong to the
   * system.
   */
  private static boolean isScript(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == '#' && in.read() == '!';
    } catch (IOException e) {
      return false;
    }
  }

  private static String sha256(Path file) {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
