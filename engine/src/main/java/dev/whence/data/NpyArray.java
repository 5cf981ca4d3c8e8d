package dev.whence.data;

import dev.whence.base.BadInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An array in numpy's .npy format, versions 1 to 3: the magic {@code \x93NUMPY}, two version bytes,
 * the header's length (uint16, from version 2 uint32), the header as a Python literal, then the
 * elements.
 *
 * @param where the file, for messages
 * @param dtype element type
 * @param shape lengths of the dimensions
 * @param fortran whether the first index runs fastest
 * @param data the elements; those of a file are mapped into memory, not read
 */
public record NpyArray(
    String where, DType dtype, long[] shape, boolean fortran, MemorySegment data) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  /** Maps {@code file}, whose elements stay valid as long as {@code arena} does. */
  public static NpyArray map(Path file, Arena arena) {
    if (!Files.isRegularFile(file)) {
      throw BadInputException.at(
          file, "a .npy file", Files.exists(file) ? "a folder" : "nothing there");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return parse(
          file.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (IOException e) {
      throw new BadInputException("%s: cannot be read (%s)".formatted(file, e.getMessage()));
    }
  }

  /** Reads an array from the bytes of a .npy file. */
  static NpyArray parse(String where, MemorySegment file) {
    long size = file.byteSize();
    for (int i = 0; i < MAGIC.length; i++) {
      if (i >= size || file.get(ValueLayout.JAVA_BYTE, i) != MAGIC[i]) {
        throw BadInputException.at(where, "the .npy magic \\x93NUMPY", "other bytes");
      }
    }
    if (size < 12) {
      throw BadInputException.at(where, "a .npy header", "its end (truncated file)");
    }
    int version = file.get(ValueLayout.JAVA_BYTE, 6);
    if (version < 1 || version > 3) {
      throw BadInputException.at(where, ".npy version 1 to 3", version);
    }
    int start = version == 1 ? 10 : 12;
    long length = 0;
    for (int i = start - 1; i >= 8; i--) {
      length = length << 8 | (file.get(ValueLayout.JAVA_BYTE, i) & 0xff);
    }
    if (start + length > size) {
      throw BadInputException.at(
          where, "a header of %d bytes".formatted(length), (size - start) + " (truncated file)");
    }
    String header =
        new String(
            file.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    String descr = field(where, DESCR, header, "descr");
    DType dtype = DType.ofDescr(descr);
    if (dtype == null) {
      throw BadInputException.at(
          where,
          "element type bool, an integer or float16, float32 or float64 (little-endian)",
          descr.contains("O") ? "object array (%s)".formatted(descr) : descr);
    }
    boolean fortran = field(where, FORTRAN, header, "fortran_order").equals("True");
    long[] shape = shape(where, field(where, SHAPE, header, "shape"));
    long body = size - start - length;
    if (expectedBytes(where, dtype, shape) != body) {
      throw BadInputException.at(
          where,
          "%d bytes for %s of shape %s"
              .formatted(expectedBytes(where, dtype, shape), dtype.label(), text(shape)),
          body + " bytes");
    }
    return new NpyArray(where, dtype, shape, fortran, file.asSlice(start + length));
  }

  private static String field(String where, Pattern pattern, String header, String name) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw BadInputException.at(
          where, "a plain '%s' in the .npy header".formatted(name), header.strip());
    }
    return matcher.group(1).strip();
  }

  private static long[] shape(String where, String text) {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .mapToLong(Long::parseUnsignedLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw BadInputException.at(where, "a shape of whole numbers", "(" + text + ")");
    }
  }

  private static long expectedBytes(String where, DType dtype, long[] shape) {
    long bytes = dtype.bytes();
    try {
      for (long s : shape) {
        if (s < 0) {
          throw new ArithmeticException("negative");
        }
        bytes = Math.multiplyExact(bytes, s);
      }
    } catch (ArithmeticException e) {
      throw BadInputException.at(where, "a shape that fits in memory", text(shape));
    }
    return bytes;
  }

  private static String text(long[] shape) {
    return LongStream.of(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Returns the shape as numpy prints it. */
  public String shapeText() {
    return text(shape);
  }

  /** Returns this array; refuses it where it is empty or has not {@code rank} dimensions. */
  public NpyArray requireRank(int rank) {
    if (shape.length != rank || LongStream.of(shape).anyMatch(s -> s == 0)) {
      throw BadInputException.at(
          where, "a non-empty array of %d dimension(s)".formatted(rank), "shape " + shapeText());
    }
    return this;
  }

  /** Returns the number of rows: the length of the first dimension. */
  public long rows() {
    return shape[0];
  }

  /** Returns the number of elements of one row. */
  public long rowSize() {
    long size = 1;
    for (int i = 1; i < shape.length; i++) {
      size *= shape[i];
    }
    return size;
  }

  /** Returns element (row, column) of the array seen as [rows, rowSize]; columns in C order. */
  public double get(long row, long column) {
    if (!fortran) {
      return dtype.get(data, row * rowSize() + column);
    }
    long index = 0;
    long rest = column;
    long columnStride = 1;
    for (int i = 0; i < shape.length - 1; i++) {
      columnStride *= shape[i];
    }
    for (int i = shape.length - 1; i >= 1; i--) {
      index += rest % shape[i] * columnStride;
      rest /= shape[i];
      columnStride /= shape[i - 1];
    }
    return dtype.get(data, index + row);
  }

  /**
   * Returns a row of one-byte elements, or null where the elements of a row do not lie side by
   * side.
   */
  public byte @Nullable [] rowBytes(long row) {
    if (dtype.bytes() != 1 || (fortran && shape.length > 1)) {
      return null;
    }
    byte[] bytes = new byte[Math.toIntExact(rowSize())];
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, row * rowSize(), bytes, 0, bytes.length);
    return bytes;
  }

  /** Returns every element as float32, in C order. */
  public float[] toFloats() {
    long columns = rowSize();
    float[] values = new float[Math.toIntExact(Math.multiplyExact(rows(), columns))];
    int at = 0;
    for (long i = 0; i < rows(); i++) {
      for (long j = 0; j < columns; j++) {
        values[at++] = (float) get(i, j);
      }
    }
    return values;
  }

  /** Returns every element as an int; refuses an element that is not a 32-bit integer. */
  public int[] toInts() {
    int[] values = new int[Math.toIntExact(rows() * rowSize())];
    for (int i = 0; i < values.length; i++) {
      double value = get(i / rowSize(), i % rowSize());
      values[i] = (int) value;
      if (values[i] != value) {
        throw BadInputException.at(where + ", element " + i, "a 32-bit integer", value);
      }
    }
    return values;
  }
}
