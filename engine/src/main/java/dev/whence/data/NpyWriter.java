package dev.whence.data;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Headers of .npy files, version 1.0, C order. */
public final class NpyWriter {

  private static final int ALIGNMENT = 64;

  private NpyWriter() {}

  /** Returns the bytes that come before the elements, a multiple of 64. */
  public static byte[] header(DType dtype, long... shape) {
    String lengths =
        shape.length == 1
            ? shape[0] + ","
            : LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(dtype.descr(), lengths);
    int length = Math.ceilDiv(10 + dictionary.length() + 1, ALIGNMENT) * ALIGNMENT - 10;
    byte[] header = new byte[10 + length];
    byte[] magic = {
      (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) length, (byte) (length >> 8)
    };
    System.arraycopy(magic, 0, header, 0, magic.length);
    java.util.Arrays.fill(header, 10, header.length - 1, (byte) ' ');
    System.arraycopy(
        dictionary.getBytes(StandardCharsets.US_ASCII), 0, header, 10, dictionary.length());
    header[header.length - 1] = '\n';
    return header;
  }
}
