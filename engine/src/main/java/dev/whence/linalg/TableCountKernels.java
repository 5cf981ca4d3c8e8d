package dev.whence.linalg;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products by table look-ups (Arlazarov et al. 1970, the "four Russians").
 *
 * <p>For 8 rows of X a table holds the sums of the other factor over each of the 256 subsets of
 * them: 64 bytes an entry, of 64 counts or of 16 integers. A column of X picks an entry by the byte
 * of its 8 bits, so that two loads and two additions do 8 · 64 (or 8 · 16) multiply-adds. The 8
 * tables of a word, 128 KiB, stay in the second-level cache while many columns pass. Tables lie in
 * native memory because each entry is to be one cache line, and Java's arrays are not aligned.
 */
final class TableCountKernels implements CountKernels {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final int ENTRY = 64;
  private static final int HALF = 32;
  private static final int TABLE = 256 * ENTRY;
  private static final int TABLES = 8;

  /** Columns that are passed over together: with their tables they fit the second-level cache. */
  static final int BLOCK = 4096;

  /** Words whose counts fit a byte: 3 · 64 ≤ 255. */
  private static final int BYTE_WORDS = 3;

  /** Words whose counts fit 16 bits, a multiple of {@link #BYTE_WORDS}. */
  private static final int SHORT_WORDS = 1023;

  /** Words of which sums of integers fit 32 bits. */
  private static final int INT_WORDS = 4;

  @Override
  public String name() {
    return "tables";
  }

  @Override
  public void gram(BitColumns x, int tile, int from, int to, int[] counts) {
    Arrays.fill(counts, 0, (to - from) * TILE, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tables = allocate(arena, TABLES * TABLE);
      MemorySegment bytes = allocate(arena, (long) BLOCK * TILE);
      MemorySegment shorts = allocate(arena, 2L * BLOCK * TILE);
      byte[] rows = new byte[Long.SIZE * TILE];
      for (int first = from; first < to; first += BLOCK) {
        int n = Math.min(BLOCK, to - first);
        for (int s = 0; s < x.words(); s++) {
          long[] word = x.word(s);
          spread(word, tile * TILE, rows);
          fillCounts(tables, rows);
          lookUpCounts(word, first, n, tables, bytes);
          if ((s + 1) % BYTE_WORDS == 0 || s + 1 == x.words()) {
            widenCounts(bytes, n, shorts);
          }
          if ((s + 1) % SHORT_WORDS == 0 || s + 1 == x.words()) {
            addCounts(shorts, n, counts, (first - from) * TILE);
          }
        }
      }
    }
  }

  /**
   * Returns zeroed memory that is not checked, at every access, to be still there: it is used
   * nowhere but between here and the end of the arena.
   */
  private static MemorySegment allocate(Arena arena, long bytes) {
    return MemorySegment.ofAddress(arena.allocate(bytes, ENTRY).address()).reinterpret(bytes);
  }

  /** Writes bit i of the tile's columns as byte [i, column]. */
  private static void spread(long[] word, int first, byte[] rows) {
    int width = Math.min(TILE, word.length - first);
    for (int k = 0; k < width; k++) {
      long bits = word[first + k];
      for (int i = 0; i < Long.SIZE; i++) {
        rows[i * TILE + k] = (byte) (bits >>> i & 1);
      }
    }
  }

  private static void fillCounts(MemorySegment tables, byte[] rows) {
    for (int g = 0; g < TABLES; g++) {
      long base = (long) g * TABLE;
      for (int p = 1; p < 256; p++) {
        long from = base + (long) (p & (p - 1)) * ENTRY;
        long to = base + (long) p * ENTRY;
        int row = (8 * g + Integer.numberOfTrailingZeros(p)) * TILE;
        ByteVector.fromMemorySegment(BYTES, tables, from, ORDER)
            .add(ByteVector.fromArray(BYTES, rows, row))
            .intoMemorySegment(tables, to, ORDER);
        ByteVector.fromMemorySegment(BYTES, tables, from + HALF, ORDER)
            .add(ByteVector.fromArray(BYTES, rows, row + HALF))
            .intoMemorySegment(tables, to + HALF, ORDER);
      }
    }
  }

  /** Adds to each column's 64 bytes the 8 entries that its word picks; the hot loop. */
  private static void lookUpCounts(
      long[] word, int from, int n, MemorySegment tables, MemorySegment bytes) {
    for (int j = 0; j < n; j++) {
      long w = word[from + j];
      long at = (long) j * TILE;
      ByteVector a = ByteVector.fromMemorySegment(BYTES, bytes, at, ORDER);
      ByteVector b = ByteVector.fromMemorySegment(BYTES, bytes, at + HALF, ORDER);
      long p = (w & 0xff) << 6;
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = TABLE + (w >>> 2 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 2 * TABLE + (w >>> 10 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 3 * TABLE + (w >>> 18 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 4 * TABLE + (w >>> 26 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 5 * TABLE + (w >>> 34 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 6 * TABLE + (w >>> 42 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      p = 7 * TABLE + (w >>> 50 & 0x3fc0);
      a = a.add(ByteVector.fromMemorySegment(BYTES, tables, p, ORDER));
      b = b.add(ByteVector.fromMemorySegment(BYTES, tables, p + HALF, ORDER));
      a.intoMemorySegment(bytes, at, ORDER);
      b.intoMemorySegment(bytes, at + HALF, ORDER);
    }
  }

  /**
   * Moves the bytes of each column into 16-bit counts, and leaves zeros: 16 even ones, then the 16
   * odd ones, of each half.
   */
  private static void widenCounts(MemorySegment bytes, int n, MemorySegment shorts) {
    for (long at = 0; at < (long) n * TILE; at += HALF) {
      ShortVector pairs = ShortVector.fromMemorySegment(SHORTS, bytes, at, ORDER);
      ShortVector.zero(SHORTS).intoMemorySegment(bytes, at, ORDER);
      ShortVector.fromMemorySegment(SHORTS, shorts, 2 * at, ORDER)
          .add(pairs.and((short) 0xff))
          .intoMemorySegment(shorts, 2 * at, ORDER);
      ShortVector.fromMemorySegment(SHORTS, shorts, 2 * at + HALF, ORDER)
          .add(pairs.lanewise(VectorOperators.LSHR, 8))
          .intoMemorySegment(shorts, 2 * at + HALF, ORDER);
    }
  }

  private static void addCounts(MemorySegment shorts, int n, int[] counts, int to) {
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < TILE; k++) {
        int half = k / HALF * HALF;
        int lane = half + (k & 1) * (HALF / 2) + (k - half) / 2;
        counts[to + j * TILE + k] +=
            shorts.getAtIndex(ValueLayout.JAVA_SHORT, (long) j * TILE + lane) & 0xffff;
      }
    }
    shorts.asSlice(0, 2L * n * TILE).fill((byte) 0);
  }

  @Override
  public void sum(BitColumns x, int firstWord, int[] q, int rows, long[] sums) {
    int words = Math.ceilDiv(rows, Long.SIZE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tables = allocate(arena, TABLES * TABLE);
      MemorySegment ints = allocate(arena, (long) BLOCK * ENTRY);
      MemorySegment longs = allocate(arena, 2L * BLOCK * ENTRY);
      for (int first = 0; first < x.columns(); first += BLOCK) {
        int n = Math.min(BLOCK, x.columns() - first);
        for (int s = 0; s < words; s++) {
          fillSums(tables, q, s * Long.SIZE, rows);
          lookUpSums(x.word(firstWord + s), first, n, tables, ints);
          if ((s + 1) % INT_WORDS == 0 || s + 1 == words) {
            widenSums(ints, n, longs);
          }
        }
        addSums(longs, n, sums, first * PANEL);
      }
    }
  }

  private static void fillSums(MemorySegment tables, int[] q, int first, int rows) {
    for (int g = 0; g < TABLES; g++) {
      long base = (long) g * TABLE;
      for (int p = 1; p < 256; p++) {
        long from = base + (long) (p & (p - 1)) * ENTRY;
        long to = base + (long) p * ENTRY;
        int row = first + 8 * g + Integer.numberOfTrailingZeros(p);
        IntVector a = IntVector.fromMemorySegment(INTS, tables, from, ORDER);
        IntVector b = IntVector.fromMemorySegment(INTS, tables, from + HALF, ORDER);
        if (row < rows) {
          a = a.add(IntVector.fromArray(INTS, q, row * PANEL));
          b = b.add(IntVector.fromArray(INTS, q, row * PANEL + PANEL / 2));
        }
        a.intoMemorySegment(tables, to, ORDER);
        b.intoMemorySegment(tables, to + HALF, ORDER);
      }
    }
  }

  /** As {@link #lookUpCounts}, of integers. */
  private static void lookUpSums(
      long[] word, int from, int n, MemorySegment tables, MemorySegment ints) {
    for (int j = 0; j < n; j++) {
      long w = word[from + j];
      long at = (long) j * ENTRY;
      IntVector a = IntVector.fromMemorySegment(INTS, ints, at, ORDER);
      IntVector b = IntVector.fromMemorySegment(INTS, ints, at + HALF, ORDER);
      for (int g = 0; g < TABLES; g++) {
        long p = (long) g * TABLE + ((w & 0xff) << 6);
        w >>>= 8;
        a = a.add(IntVector.fromMemorySegment(INTS, tables, p, ORDER));
        b = b.add(IntVector.fromMemorySegment(INTS, tables, p + HALF, ORDER));
      }
      a.intoMemorySegment(ints, at, ORDER);
      b.intoMemorySegment(ints, at + HALF, ORDER);
    }
  }

  /**
   * Moves 32-bit sums into 64-bit ones, and leaves zeros: the 4 even ones, then the 4 odd ones, of
   * each half.
   */
  private static void widenSums(MemorySegment ints, int n, MemorySegment longs) {
    for (long at = 0; at < (long) n * ENTRY; at += HALF) {
      LongVector pairs = LongVector.fromMemorySegment(LONGS, ints, at, ORDER);
      LongVector.zero(LONGS).intoMemorySegment(ints, at, ORDER);
      LongVector odd = pairs.lanewise(VectorOperators.ASHR, 32);
      LongVector even = pairs.lanewise(VectorOperators.LSHL, 32).lanewise(VectorOperators.ASHR, 32);
      LongVector.fromMemorySegment(LONGS, longs, 2 * at, ORDER)
          .add(even)
          .intoMemorySegment(longs, 2 * at, ORDER);
      LongVector.fromMemorySegment(LONGS, longs, 2 * at + HALF, ORDER)
          .add(odd)
          .intoMemorySegment(longs, 2 * at + HALF, ORDER);
    }
  }

  private static void addSums(MemorySegment longs, int n, long[] sums, int to) {
    for (int j = 0; j < n; j++) {
      for (int t = 0; t < PANEL; t++) {
        int half = t / 8 * 8;
        int lane = half + (t & 1) * 4 + (t - half) / 2;
        sums[to + j * PANEL + t] +=
            longs.getAtIndex(ValueLayout.JAVA_LONG, (long) j * PANEL + lane);
      }
    }
    longs.asSlice(0, 2L * n * ENTRY).fill((byte) 0);
  }
}
