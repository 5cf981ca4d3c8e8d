package dev.whence.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a study with their checksums; the lock is no part of it. */
public final class Digest {

  private Digest() {}

  /** Returns the checksum of each file by its path. */
  public static Map<String, String> of(Path study) throws IOException {
    Map<String, String> digest = new TreeMap<>();
    try (Stream<Path> files = Files.walk(study)) {
      files
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().endsWith(".lock"))
          .forEach(f -> digest.put(study.relativize(f).toString(), sha256(f)));
    }
    return digest;
  }

  /** Not CRC-32C: chunks end with theirs, which makes it the same for all of them. */
  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
