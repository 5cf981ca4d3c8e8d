package dev.whence.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Writes .npy files, version 1.0, in C order. */
public final class NpyWriter {

  private static final int ALIGNMENT = 64;

  private NpyWriter() {}

  /** Returns the header, the bytes before the elements; its length is a multiple of 64. */
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

  /**
   * Writes an array to {@code file}, in place of its content if it exists, and returns {@code
   * file}.
   *
   * @param value element of the array by its index in C order
   */
  public static Path write(Path file, DType dtype, IntToDoubleFunction value, long... shape)
      throws IOException {
    byte[] header = header(dtype, shape);
    int n = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      long bytes = header.length + (long) n * dtype.bytes();
      MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      all.asSlice(0, header.length).copyFrom(MemorySegment.ofArray(header));
      MemorySegment elements = all.asSlice(header.length);
      for (int i = 0; i < n; i++) {
        dtype.set(elements, i, value.applyAsDouble(i));
      }
    }
    return file;
  }
}
