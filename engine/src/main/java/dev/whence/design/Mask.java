package dev.whence.design;

import dev.whence.base.Api;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of d units a subset holds.
 *
 * <p>Unit j is bit j % 8 of byte j / 8, as {@code numpy.packbits(mask, bitorder="little")} packs
 * it; bits from d on are 0.
 *
 * @param units number of units, d
 * @param bytes the packed bits, ceil(d / 8) bytes
 */
@Api
public record Mask(int units, byte[] bytes) {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  public Mask {
    if (bytes.length != bytes(units)) {
      throw new IllegalArgumentException(
          "expected %d bytes for %d units, found %d".formatted(bytes(units), units, bytes.length));
    }
  }

  /** Returns the number of bytes of a mask, ceil(units / 8). */
  public static int bytes(int units) {
    return Math.ceilDiv(units, Byte.SIZE);
  }

  /** Returns the mask of the units for which {@code holds} is true. */
  public static Mask of(int units, IntPredicate holds) {
    byte[] bytes = new byte[bytes(units)];
    for (int j = 0; j < units; j++) {
      if (holds.test(j)) {
        bytes[j >> 3] |= (byte) (1 << (j & 7));
      }
    }
    return new Mask(units, bytes);
  }

  /**
   * Returns the mask whose unit j is in where {@code flags[j]} is 1, or null where a flag is
   * neither 0 nor 1.
   */
  public static @Nullable Mask ofFlags(byte[] flags) {
    byte[] bytes = new byte[bytes(flags.length)];
    int seen = 0;
    int whole = flags.length / 8 * 8;
    for (int j = 0; j < whole; j += 8) {
      long eight = (long) LONGS.get(flags, j);
      seen |= (int) (eight >>> 32) | (int) eight;
      // The product brings the low bit of byte i to bit 56 + i; no carry reaches these bits.
      bytes[j >> 3] = (byte) ((eight & 0x0101010101010101L) * 0x0102040810204080L >>> 56);
    }
    for (int j = whole; j < flags.length; j++) {
      seen |= flags[j];
      bytes[j >> 3] |= (byte) ((flags[j] & 1) << (j & 7));
    }
    return (seen & 0xfefefefe) == 0 ? new Mask(flags.length, bytes) : null;
  }

  /** Returns the mask of the given units. */
  public static Mask of(int units, int[] held) {
    byte[] bytes = new byte[bytes(units)];
    for (int j : held) {
      bytes[j >> 3] |= (byte) (1 << (j & 7));
    }
    return new Mask(units, bytes);
  }

  /** Returns whether the subset holds unit {@code j}. */
  public boolean holds(int j) {
    return (bytes[j >> 3] >> (j & 7) & 1) == 1;
  }

  /** Returns the units that are in, in increasing order. */
  public int[] members() {
    return IntStream.range(0, units).filter(this::holds).toArray();
  }

  /** Returns the number of units that are in. */
  public int size() {
    int size = 0;
    for (byte b : bytes) {
      size += Integer.bitCount(b & 0xff);
    }
    return size;
  }

  /** Returns the mask of the units that are out. */
  public Mask complement() {
    return of(units, j -> !holds(j));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask && mask.units == units && Arrays.equals(mask.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return 31 * units + Arrays.hashCode(bytes);
  }
}
