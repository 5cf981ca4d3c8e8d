package dev.whence.base;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of some bytes, by which content is named. */
public final class Digest {

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the digest of {@code content}. */
  public static Digest of(byte[] content) {
    try {
      return new Digest(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns the first {@code digits} hexadecimal digits, an even number up to 64. */
  public String hex(int digits) {
    return HexFormat.of().formatHex(bytes, 0, digits / 2);
  }

  /** Returns the first 64 bits. */
  public long toLong() {
    return ByteBuffer.wrap(bytes).getLong();
  }
}
