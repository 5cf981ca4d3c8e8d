package dev.whence.linalg;

import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Counts by the population count of 512-bit vectors: one instruction where the machine has AVX-512
 * with VPOPCNTDQ, and then the fastest. Lanes are columns, so that no sum over lanes is needed.
 * Sums are by tables.
 */
final class PopcountCountKernels implements CountKernels {

  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  private static final int LANES = LONGS.length();

  /** Words that are gone through together: what the 64 columns of a tile need stays in cache. */
  private static final int BLOCK = 256;

  private final CountKernels tables = new TableCountKernels();

  @Override
  public String name() {
    return "popcount512";
  }

  @Override
  public void gram(BitColumns x, int tile, int from, int to, int[] counts) {
    Arrays.fill(counts, 0, (to - from) * TILE, 0);
    long[] rows = new long[BLOCK * LANES];
    long[] columns = new long[BLOCK * TILE];
    long[] lanes = new long[LANES];
    for (int s = 0; s < x.words(); s += BLOCK) {
      int words = Math.min(BLOCK, x.words() - s);
      pack(x, s, words, tile * TILE, TILE, columns);
      for (int j = from; j < to; j += LANES) {
        int width = Math.min(LANES, to - j);
        pack(x, s, words, j, LANES, rows);
        for (int k = 0; k < TILE; k += 4) {
          LongVector a = LongVector.zero(LONGS);
          LongVector b = LongVector.zero(LONGS);
          LongVector c = LongVector.zero(LONGS);
          LongVector d = LongVector.zero(LONGS);
          for (int w = 0; w < words; w++) {
            LongVector row = LongVector.fromArray(LONGS, rows, w * LANES);
            int at = w * TILE + k;
            a = a.add(row.and(columns[at]).lanewise(VectorOperators.BIT_COUNT));
            b = b.add(row.and(columns[at + 1]).lanewise(VectorOperators.BIT_COUNT));
            c = c.add(row.and(columns[at + 2]).lanewise(VectorOperators.BIT_COUNT));
            d = d.add(row.and(columns[at + 3]).lanewise(VectorOperators.BIT_COUNT));
          }
          int at = (j - from) * TILE + k;
          add(a, lanes, width, counts, at);
          add(b, lanes, width, counts, at + 1);
          add(c, lanes, width, counts, at + 2);
          add(d, lanes, width, counts, at + 3);
        }
      }
    }
  }

  /** Copies columns [first, first + width) of some words, 0 beyond X's last. */
  private static void pack(
      BitColumns x, int firstWord, int words, int first, int width, long[] packed) {
    int held = Math.min(width, x.columns() - first);
    for (int w = 0; w < words; w++) {
      System.arraycopy(x.word(firstWord + w), first, packed, w * width, held);
      Arrays.fill(packed, w * width + held, (w + 1) * width, 0);
    }
  }

  private static void add(LongVector counted, long[] lanes, int width, int[] counts, int at) {
    counted.intoArray(lanes, 0);
    for (int i = 0; i < width; i++) {
      counts[at + i * TILE] += (int) lanes[i];
    }
  }

  @Override
  public void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    tables.sum(x, firstWord, q, rows, from, to, sums);
  }
}
