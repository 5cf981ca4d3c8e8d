package dev.whence.app;

import dev.whence.data.DType;
import dev.whence.data.NpyWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Writes .npy files for tests. */
final class NpyFiles {

  private NpyFiles() {}

  /**
   * Writes an array.
   *
   * @param value element i, in C order
   */
  static Path write(Path file, DType dtype, IntToDoubleFunction value, long... shape)
      throws IOException {
    byte[] header = NpyWriter.header(dtype, shape);
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    byte[] bytes = Arrays.copyOf(header, header.length + size * dtype.bytes());
    MemorySegment body = MemorySegment.ofArray(bytes).asSlice(header.length);
    for (int i = 0; i < size; i++) {
      dtype.set(body, i, value.applyAsDouble(i));
    }
    return Files.write(file, bytes);
  }
}
