package dev.whence.data;

import dev.whence.base.Api;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Element types of arrays, as numpy and Zarr name them; little-endian on disk. */
@Api
public enum DType {
  BOOL("bool", "|b1", 1),
  UINT8("uint8", "|u1", 1),
  INT8("int8", "|i1", 1),
  INT16("int16", "<i2", 2),
  INT32("int32", "<i4", 4),
  INT64("int64", "<i8", 8),
  UINT16("uint16", "<u2", 2),
  UINT32("uint32", "<u4", 4),
  UINT64("uint64", "<u8", 8),
  FLOAT16("float16", "<f2", 2),
  FLOAT32("float32", "<f4", 4),
  FLOAT64("float64", "<f8", 8);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String label;
  private final String descr;
  private final int bytes;

  DType(String label, String descr, int bytes) {
    this.label = label;
    this.descr = descr;
    this.bytes = bytes;
  }

  /** Returns numpy's and Zarr's name, such as float32. */
  public String label() {
    return label;
  }

  /** Returns the type in a .npy header, such as {@code <f4}. */
  public String descr() {
    return descr;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether elements are floating point. */
  public boolean isFloat() {
    return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
  }

  /** Returns the type with numpy's descr, or null where Whence does not read it. */
  static @Nullable DType ofDescr(String descr) {
    String normal = descr.startsWith("=") ? "<" + descr.substring(1) : descr;
    return Arrays.stream(values())
        .filter(
            t ->
                t.descr.equals(normal)
                    || (t.bytes == 1 && normal.substring(1).equals(t.descr.substring(1))))
        .findFirst()
        .orElse(null);
  }

  /** Returns the type with the given name, or null where no type has it. */
  public static @Nullable DType ofLabel(String label) {
    return Arrays.stream(values()).filter(t -> t.label.equals(label)).findFirst().orElse(null);
  }

  /** Returns element {@code i} of {@code data}; integers beyond 2^53 are rounded. */
  public double get(MemorySegment data, long i) {
    return switch (this) {
      case BOOL, UINT8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case INT16 -> data.get(SHORT, 2 * i);
      case UINT16 -> data.get(SHORT, 2 * i) & 0xffff;
      case UINT32 -> data.get(INT, 4 * i) & 0xffffffffL;
      case UINT64 -> {
        long bits = data.get(LONG, 8 * i);
        yield bits >= 0 ? bits : (bits >>> 1) * 2.0 + (bits & 1);
      }
      case INT32 -> data.get(INT, 4 * i);
      case INT64 -> data.get(LONG, 8 * i);
      case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, 2 * i));
      case FLOAT32 -> data.get(FLOAT, 4 * i);
      case FLOAT64 -> data.get(DOUBLE, 8 * i);
    };
  }

  /** Writes element {@code i} of {@code data}, rounded to this type. */
  public void set(MemorySegment data, long i, double value) {
    switch (this) {
      case BOOL, INT8, UINT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) (int) value);
      case INT16, UINT16 -> data.set(SHORT, 2 * i, (short) (int) value);
      case INT32, UINT32 -> data.set(INT, 4 * i, (int) (long) value);
      case INT64, UINT64 -> data.set(LONG, 8 * i, (long) value);
      case FLOAT16 -> data.set(SHORT, 2 * i, Float.floatToFloat16((float) value));
      case FLOAT32 -> data.set(FLOAT, 4 * i, (float) value);
      case FLOAT64 -> data.set(DOUBLE, 8 * i, value);
    }
  }
}
