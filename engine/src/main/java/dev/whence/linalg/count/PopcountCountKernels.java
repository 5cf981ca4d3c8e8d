package dev.whence.linalg.count;

import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link CountKernels} that compute XᵀX by population counts of 512-bit vectors: one instruction
 * where the machine has AVX-512 with VPOPCNTDQ, and then the fastest kernel. The lanes of a vector
 * are different columns of X, so that no sum over lanes is needed. {@link #sum} and {@link #weigh}
 * are left to other kernels on vectors.
 */
final class PopcountCountKernels implements CountKernels {

  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  private static final int LANES = LONGS.length();

  /**
   * Number of words of 64 rows that one step of {@link #gram} goes through: 256 words of 8 columns
   * and of 8 other columns, 32 KiB, stay in the nearest cache.
   */
  private static final int WORDS = 256;

  private final CountKernels tables = new TableCountKernels();

  @Override
  public String name() {
    return "popcount512";
  }

  @Override
  public void gram(BitColumns x, int panel, int from, int to, int[] counts) {
    assert CountFence.gram(x, panel, from, to, counts);
    Arrays.fill(counts, 0, (to - from) * TILE, 0);
    long[] rows = new long[WORDS * TILE];
    long[] columns = new long[WORDS * TILE];
    for (int s = 0; s < x.words(); s += WORDS) {
      int words = Math.min(WORDS, x.words() - s);
      pack(x, s, words, panel * TILE, columns);
      for (int j = from; j < to; j += TILE) {
        pack(x, s, words, j, rows);
        for (int first = j; first < Math.min(j + TILE, to); first += LANES) {
          for (int k = 0; k < TILE; k += LANES) {
            long[] counted = new long[LANES * LANES];
            count(rows, (first - j) * WORDS, columns, k * WORDS, words, counted);
            int at = (first - from) * TILE + k;
            for (int i = 0; i < Math.min(LANES, to - first); i++) {
              for (int c = 0; c < LANES; c++) {
                counts[at + i * TILE + c] += (int) counted[c * LANES + i];
              }
            }
          }
        }
      }
    }
  }

  /**
   * Copies {@code words} words, from word {@code firstWord} on, of columns first … first + 63 of X
   * to {@code packed}, 0 beyond the last column of X: word w of column first + 8·g + i goes to
   * index (256·g + w)·8 + i.
   */
  private static void pack(BitColumns x, int firstWord, int words, int first, long[] packed) {
    for (int w = 0; w < words; w++) {
      long[] word = x.word(firstWord + w);
      for (int g = 0; g < TILE; g += LANES) {
        int at = g * WORDS + w * LANES;
        int held = Math.clamp(x.columns() - first - g, 0, LANES);
        if (held == LANES) {
          LongVector.fromArray(LONGS, word, first + g).intoArray(packed, at);
        } else {
          System.arraycopy(word, Math.min(first + g, x.columns()), packed, at, held);
          Arrays.fill(packed, at + held, at + LANES, 0);
        }
      }
    }
  }

  /**
   * Counts, over {@code words} words of 64 rows, the rows in which both a column of {@code rows}
   * and a column of {@code columns} are 1, for 8 columns of each; the hot loop.
   *
   * @param firstRow index in {@code rows} of the first word of the 8 columns
   * @param firstColumn index in {@code columns} of the first word of the 8 columns
   * @param counted [8 of {@code columns}, 8 of {@code rows}] row-major; overwritten
   */
  private static void count(
      long[] rows, int firstRow, long[] columns, int firstColumn, int words, long[] counted) {
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    LongVector e = a;
    LongVector f = a;
    LongVector g = a;
    LongVector h = a;
    for (int w = 0; w < words * LANES; w += LANES) {
      LongVector row = LongVector.fromArray(LONGS, rows, firstRow + w);
      int at = firstColumn + w;
      a = a.add(row.and(columns[at]).lanewise(VectorOperators.BIT_COUNT));
      b = b.add(row.and(columns[at + 1]).lanewise(VectorOperators.BIT_COUNT));
      c = c.add(row.and(columns[at + 2]).lanewise(VectorOperators.BIT_COUNT));
      d = d.add(row.and(columns[at + 3]).lanewise(VectorOperators.BIT_COUNT));
      e = e.add(row.and(columns[at + 4]).lanewise(VectorOperators.BIT_COUNT));
      f = f.add(row.and(columns[at + 5]).lanewise(VectorOperators.BIT_COUNT));
      g = g.add(row.and(columns[at + 6]).lanewise(VectorOperators.BIT_COUNT));
      h = h.add(row.and(columns[at + 7]).lanewise(VectorOperators.BIT_COUNT));
    }
    a.intoArray(counted, 0);
    b.intoArray(counted, LANES);
    c.intoArray(counted, 2 * LANES);
    d.intoArray(counted, 3 * LANES);
    e.intoArray(counted, 4 * LANES);
    f.intoArray(counted, 5 * LANES);
    g.intoArray(counted, 6 * LANES);
    h.intoArray(counted, 7 * LANES);
  }

  @Override
  public void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    assert CountFence.sum(x, firstWord, q, rows, from, to, sums);
    tables.sum(x, firstWord, q, rows, from, to, sums);
  }

  @Override
  public void weigh(long[] word, int[] columns, double[] weights, double[] out) {
    assert CountFence.weigh(word, columns, weights, out);
    tables.weigh(word, columns, weights, out);
  }
}
