package dev.whence.linalg.count;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link CountKernels} by table look-ups (Arlazarov et al. 1970, the "four Russians").
 *
 * <p>For 8 rows of X a table has 256 entries, one for each subset of the 8 rows: the sum, over the
 * subset, of the rows of the other factor (for XᵀX of 64 columns of X, for XᵀQ of Q). An entry has
 * 64 bytes: 64 counts or 16 integers. The 8 bits of a column of X in the 8 rows pick an entry, so
 * that two loads and two additions do 8 · 64 (or 8 · 16) multiply-adds. The 8 tables of a word of
 * 64 rows, 128 KiB, stay in the second-level cache beside the sums of a band of columns, while the
 * columns of the band pass.
 *
 * <p>The sums to which entries are added are narrow: 8 bits for counts, 32 for integers. They are
 * added to wider numbers and set to 0 before the words since the last time could together make a
 * sum overflow.
 *
 * <p>Tables lie in native memory because each entry is to be one cache line, and Java does not
 * align arrays to cache lines. Entries are read by address, through one segment of all memory: a
 * segment of its own for each table costs instructions at every look-up (docs/decisions/0016).
 */
final class TableCountKernels implements CountKernels {

  /** Whether an entry of 64 bytes takes two vectors of 256 bits, instead of one vector of 512. */
  private static final boolean TWO = !Widest.BITS_512;

  private static final VectorSpecies<Byte> BYTES = Widest.BYTES;
  private static final VectorSpecies<Byte> HALF_BYTES = Widest.HALF_BYTES;
  private static final VectorSpecies<Short> SHORTS = Widest.SHORTS;
  private static final VectorSpecies<Short> HALF_SHORTS = Widest.HALF_SHORTS;
  private static final VectorSpecies<Integer> INTS = Widest.INTS;
  private static final VectorSpecies<Integer> HALF_INTS = Widest.HALF_INTS;
  private static final VectorSpecies<Long> LONGS = Widest.LONGS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** All native memory as one segment, in which an offset is an address. */
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Number of bytes of a table's entry. */
  private static final int ENTRY = 64;

  /** Number of bytes of half an entry, one vector of 256 bits. */
  private static final int HALF = 32;

  /** Number of bytes of a table of 256 entries. */
  private static final int TABLE = 256 * ENTRY;

  /** Number of tables for a word of 64 rows: one for each 8 rows. */
  private static final int TABLES = 8;

  private static final int LARGEST_BYTE = 255;

  /** Number of words of 64 rows whose counts, up to 64 a word, together fit 16 bits. */
  private static final int SHORT_WORDS = 1023;

  /** For each byte b, 8 bytes that are 0 or 1: byte i is bit i of b. */
  private static final long[] SPREAD = new long[256];

  static {
    for (int b = 0; b < SPREAD.length; b++) {
      for (int i = 0; i < Byte.SIZE; i++) {
        SPREAD[b] |= (long) (b >> i & 1) << Byte.SIZE * i;
      }
    }
  }

  @Override
  public String name() {
    return "tables";
  }

  @Override
  public void gram(BitColumns x, int panel, int from, int to, int[] counts) {
    assert CountFence.gram(x, panel, from, to, counts);
    Arrays.fill(counts, 0, (to - from) * TILE, 0);
    int[] most = mostCounted(x, panel * TILE);
    long[] rows = new long[Long.SIZE * TILE / Byte.SIZE];
    try (Arena arena = Arena.ofConfined()) {
      long tables = allocate(arena, TABLES * TABLE);
      long bytes = allocate(arena, (long) BAND * TILE);
      long shorts = allocate(arena, 2L * BAND * TILE);
      for (int first = from; first < to; first += BAND) {
        int n = Math.min(BAND, to - first);
        int held = 0;
        for (int s = 0; s < x.words(); s++) {
          if (held + most[s] > LARGEST_BYTE) {
            widenCounts(bytes, n, shorts);
            held = 0;
          }
          held += most[s];
          spread(x.word(s), panel * TILE, rows);
          fillCounts(tables, rows);
          lookUpCounts(x.word(s), first, n, tables, bytes);
          if ((s + 1) % SHORT_WORDS == 0 || s + 1 == x.words()) {
            widenCounts(bytes, n, shorts);
            held = 0;
            addCounts(shorts, n, counts, (first - from) * TILE);
          }
        }
      }
    }
  }

  /**
   * Returns the address of new memory, zeroed and aligned to cache lines, freed with {@code arena}.
   */
  private static long allocate(Arena arena, long bytes) {
    return arena.allocate(bytes, ENTRY).address();
  }

  /**
   * Returns for each word of 64 rows the largest number of ones that a column of a panel of X has
   * in the word; the panel begins at column {@code first}.
   */
  private static int[] mostCounted(BitColumns x, int first) {
    int[] most = new int[x.words()];
    for (int s = 0; s < most.length; s++) {
      long[] word = x.word(s);
      for (int k = first; k < Math.min(first + TILE, word.length); k++) {
        most[s] = Math.max(most[s], Long.bitCount(word[k]));
      }
    }
    return most;
  }

  /**
   * Writes a word of 64 columns, from column {@code first} on, to {@code rows} as [64 rows, 64
   * columns] bytes, 0 or 1: byte (i, k) is bit i of the word of column first + k.
   */
  private static void spread(long[] word, int first, long[] rows) {
    for (int k = 0; k < TILE / Byte.SIZE; k++) {
      int column = first + k * Byte.SIZE;
      int width = Math.clamp(word.length - column, 0, Byte.SIZE);
      for (int i = 0; i < Long.SIZE; i += Byte.SIZE) {
        long square = 0;
        for (int c = 0; c < width; c++) {
          square |= (word[column + c] >>> i & 0xff) << Byte.SIZE * c;
        }
        square = BitColumns.transpose(square);
        for (int r = 0; r < Byte.SIZE; r++) {
          rows[(i + r) * (TILE / Byte.SIZE) + k] = SPREAD[(int) (square >>> Byte.SIZE * r) & 0xff];
        }
      }
    }
  }

  /**
   * Fills the 8 tables of a word, 64 rows of X: entry b of table t is the sum of the {@code rows}
   * 8t + i for the bits i that are 1 in b, 64 counts of 8 bits. Each row doubles its table's filled
   * part: the second half is the first half plus the row.
   *
   * @param rows 64 rows of a panel of 64 columns of X, [64, 64] bytes, each 0 or 1
   */
  private static void fillCounts(long tables, long[] rows) {
    for (int i = 0; i < Long.SIZE; i++) {
      LongVector row = LongVector.fromArray(LONGS, rows, i * (TILE / Byte.SIZE));
      ByteVector a = row.reinterpretAsBytes();
      int second = i * (TILE / Byte.SIZE) + (TWO ? LONGS.length() : 0);
      ByteVector b = LongVector.fromArray(LONGS, rows, second).reinterpretAsBytes();
      long table = tables + (long) (i / Byte.SIZE) * TABLE;
      long half = (long) ENTRY << i % Byte.SIZE;
      for (long at = table; at < table + half; at += ENTRY) {
        a.add(bytes(at)).intoMemorySegment(ALL, at + half, ORDER);
        if (TWO) {
          b.add(bytes(at + HALF)).intoMemorySegment(ALL, at + half + HALF, ORDER);
        }
      }
    }
  }

  /**
   * Returns the address of the entry of table {@code t} that byte {@code t} of {@code word}, 64
   * rows of a column, picks.
   */
  private static long entry(long tables, long word, int t) {
    int shift = Byte.SIZE * t - 6; // an entry has 2^6 bytes
    long at = (shift < 0 ? word << -shift : word >>> shift) & TABLE - ENTRY;
    return tables + (long) t * TABLE + at;
  }

  private static ByteVector bytes(long address) {
    return ByteVector.fromMemorySegment(BYTES, ALL, address, ORDER);
  }

  /**
   * Adds to the 64 8-bit counts of each of {@code n} columns of X, from column {@code from} on, the
   * 8 entries, one of each table, that the column's word picks; the hot loop.
   *
   * @param word 64 rows of every column of X
   * @param tables address of the word's 8 tables
   * @param bytes address of the counts, [n, 64] bytes
   */
  private static void lookUpCounts(long[] word, int from, int n, long tables, long bytes) {
    for (int j = 0; j < n; j++) {
      long w = word[from + j];
      long at = bytes + (long) j * TILE;
      ByteVector a = bytes(at);
      ByteVector b = TWO ? bytes(at + HALF) : a;
      long p = entry(tables, w, 0);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 1);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 2);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 3);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 4);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 5);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 6);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      p = entry(tables, w, 7);
      a = a.add(bytes(p));
      b = TWO ? b.add(bytes(p + HALF)) : b;
      a.intoMemorySegment(ALL, at, ORDER);
      if (TWO) {
        b.intoMemorySegment(ALL, at + HALF, ORDER);
      }
    }
  }

  /**
   * Adds the 8-bit counts of n columns, 64 each, to the 16-bit counts, and sets the 8-bit counts to
   * 0.
   */
  private static void widenCounts(long bytes, int n, long shorts) {
    for (long i = 0; i < (long) n * TILE; i += HALF_BYTES.length()) {
      ByteVector narrow = ByteVector.fromMemorySegment(HALF_BYTES, ALL, bytes + i, ORDER);
      ShortVector.fromMemorySegment(SHORTS, ALL, shorts + 2 * i, ORDER)
          .add(narrow.convertShape(VectorOperators.ZERO_EXTEND_B2S, SHORTS, 0))
          .intoMemorySegment(ALL, shorts + 2 * i, ORDER);
      ByteVector.zero(HALF_BYTES).intoMemorySegment(ALL, bytes + i, ORDER);
    }
  }

  /**
   * Adds the 16-bit counts of n columns, 64 each, to {@code counts} from index {@code to} on, and
   * sets the 16-bit counts to 0.
   */
  private static void addCounts(long shorts, int n, int[] counts, int to) {
    for (int i = 0; i < n * TILE; i += INTS.length()) {
      long at = shorts + 2L * i;
      ShortVector narrow = ShortVector.fromMemorySegment(HALF_SHORTS, ALL, at, ORDER);
      IntVector.fromArray(INTS, counts, to + i)
          .add(narrow.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0))
          .intoArray(counts, to + i);
      ShortVector.zero(HALF_SHORTS).intoMemorySegment(ALL, at, ORDER);
    }
  }

  @Override
  public void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    assert CountFence.sum(x, firstWord, q, rows, from, to, sums);
    int[] most = mostSummed(q, rows);
    try (Arena arena = Arena.ofConfined()) {
      long tables = allocate(arena, TABLES * TABLE);
      long ints = allocate(arena, (long) BAND * ENTRY);
      for (int first = from; first < to; first += BAND) {
        int n = Math.min(BAND, to - first);
        int at = (first - from) * STRIP;
        long held = 0;
        for (int s = 0; s < most.length; s++) {
          if (held + most[s] > Integer.MAX_VALUE) {
            widenSums(ints, n, sums, at);
            held = 0;
          }
          held += most[s];
          fillSums(tables, q, s * Long.SIZE, rows);
          lookUpSums(x.word(firstWord + s), first, n, tables, ints);
        }
        widenSums(ints, n, sums, at);
      }
    }
  }

  /**
   * Returns for each word of 64 rows the largest magnitude that the sum of any subset of the word's
   * rows of Q can have in any of the 16 columns of Q.
   */
  private static int[] mostSummed(int[] q, int rows) {
    int[] most = new int[Math.ceilDiv(rows, Long.SIZE)];
    for (int s = 0; s < most.length; s++) {
      IntVector above = IntVector.zero(INTS);
      for (int lane = 0; lane < STRIP; lane += INTS.length()) {
        IntVector up = IntVector.zero(INTS);
        IntVector down = up;
        for (int i = s * Long.SIZE; i < Math.min((s + 1) * Long.SIZE, rows); i++) {
          IntVector row = IntVector.fromArray(INTS, q, i * STRIP + lane);
          up = up.add(row.max(0));
          down = down.sub(row.min(0));
        }
        above = above.max(up).max(down);
      }
      most[s] = above.reduceLanes(VectorOperators.MAX);
    }
    return most;
  }

  /**
   * Fills the 8 tables of a word as {@link #fillCounts} does, but with sums of rows first … first +
   * 63 of Q, 16 integers of 32 bits an entry; rows of Q from number {@code rows} on count as 0.
   */
  private static void fillSums(long tables, int[] q, int first, int rows) {
    for (int i = 0; i < Long.SIZE; i++) {
      IntVector a = IntVector.zero(INTS);
      IntVector b = a;
      if (first + i < rows) {
        a = IntVector.fromArray(INTS, q, (first + i) * STRIP);
        b = IntVector.fromArray(INTS, q, (first + i) * STRIP + (TWO ? INTS.length() : 0));
      }
      long table = tables + (long) (i / Byte.SIZE) * TABLE;
      long half = (long) ENTRY << i % Byte.SIZE;
      for (long at = table; at < table + half; at += ENTRY) {
        a.add(ints(at)).intoMemorySegment(ALL, at + half, ORDER);
        if (TWO) {
          b.add(ints(at + HALF)).intoMemorySegment(ALL, at + half + HALF, ORDER);
        }
      }
    }
  }

  private static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
  }

  /**
   * Adds to the 16 32-bit sums of each of {@code n} columns of X, from column {@code from} on, the
   * 8 entries, one of each table, that the column's word picks; the hot loop of {@link #sum}.
   */
  private static void lookUpSums(long[] word, int from, int n, long tables, long ints) {
    for (int j = 0; j < n; j++) {
      long w = word[from + j];
      long at = ints + (long) j * ENTRY;
      IntVector a = ints(at);
      IntVector b = TWO ? ints(at + HALF) : a;
      long p = entry(tables, w, 0);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 1);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 2);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 3);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 4);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 5);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 6);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      p = entry(tables, w, 7);
      a = a.add(ints(p));
      b = TWO ? b.add(ints(p + HALF)) : b;
      a.intoMemorySegment(ALL, at, ORDER);
      if (TWO) {
        b.intoMemorySegment(ALL, at + HALF, ORDER);
      }
    }
  }

  /**
   * Adds the 32-bit sums of n columns, 16 each, to {@code sums} from index {@code to} on, and sets
   * the 32-bit sums to 0.
   */
  private static void widenSums(long ints, int n, long[] sums, int to) {
    for (int i = 0; i < n * STRIP; i += LONGS.length()) {
      long at = ints + (long) i * Integer.BYTES;
      IntVector narrow = IntVector.fromMemorySegment(HALF_INTS, ALL, at, ORDER);
      LongVector.fromArray(LONGS, sums, to + i)
          .add(narrow.convertShape(VectorOperators.I2L, LONGS, 0))
          .intoArray(sums, to + i);
      IntVector.zero(HALF_INTS).intoMemorySegment(ALL, at, ORDER);
    }
  }

  @Override
  public void weigh(long[] word, int[] columns, double[] weights, double[] out) {
    assert CountFence.weigh(word, columns, weights, out);
    VectorWeigher.weigh(word, columns, weights, out);
  }
}
