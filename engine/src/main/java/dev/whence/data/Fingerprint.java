package dev.whence.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a dataset's arrays, by which a manifest recognises the data that the study was made
 * from.
 */
public final class Fingerprint {

  private Fingerprint() {}

  /**
   * Returns the fingerprint of the shape, the little-endian float32 features and the labels of
   * {@code split}.
   *
   * <p>Names and thumbnails are not part of the fingerprint: they change no result.
   */
  public static String of(Split split) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, split.train());
      if (split.test() != null) {
        update(digest, split.test());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Dataset dataset) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    putInt(digest, buffer, dataset.rows());
    for (int s : dataset.features().shape()) {
      putInt(digest, buffer, s);
    }
    for (float value : dataset.features().values()) {
      putInt(digest, buffer, Float.floatToRawIntBits(value));
    }
    switch (dataset.labels()) {
      case Labels.Classes classes -> {
        for (int value : classes.values()) {
          putInt(digest, buffer, value);
        }
      }
      case Labels.Reals reals -> {
        for (float value : reals.values()) {
          putInt(digest, buffer, Float.floatToRawIntBits(value));
        }
      }
    }
    digest.update(buffer.flip());
  }

  private static void putInt(MessageDigest digest, ByteBuffer buffer, int value) {
    if (buffer.remaining() < Integer.BYTES) {
      digest.update(buffer.flip());
      buffer.clear();
    }
    buffer.putInt(value);
  }
}
