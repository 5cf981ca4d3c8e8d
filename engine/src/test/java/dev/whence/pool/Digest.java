package dev.whence.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The files of a study with their checksums; the lock is no part of it. */
public final class Digest {

  private Digest() {}

  /** Returns the checksum of each file by its path. */
  public static Map<String, Long> of(Path study) throws IOException {
    Map<String, Long> digest = new TreeMap<>();
    try (Stream<Path> files = Files.walk(study)) {
      files
          .filter(Files::isRegularFile)
          .filter(f -> !f.endsWith("study.lock"))
          .forEach(f -> digest.put(study.relativize(f).toString(), crc(f)));
    }
    return digest;
  }

  private static long crc(Path file) {
    try {
      CRC32C crc = new CRC32C();
      crc.update(Files.readAllBytes(file));
      return crc.getValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
