package dev.whence.linalg.count;

import java.util.Arrays;

/**
 * The specification of {@link CountKernels}, in plain Java: {@link #gram} by population counts,
 * {@link #sum} and {@link #weigh} bit by bit.
 */
final class ScalarCountKernels implements CountKernels {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void gram(BitColumns x, int panel, int from, int to, int[] counts) {
    assert CountFence.gram(x, panel, from, to, counts);
    int width = Math.min(TILE, x.columns() - panel * TILE);
    Arrays.fill(counts, 0, (to - from) * TILE, 0);
    for (int s = 0; s < x.words(); s++) {
      long[] word = x.word(s);
      for (int j = from; j < to; j++) {
        int at = (j - from) * TILE;
        for (int k = 0; k < width; k++) {
          counts[at + k] += Long.bitCount(word[j] & word[panel * TILE + k]);
        }
      }
    }
  }

  @Override
  public void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    assert CountFence.sum(x, firstWord, q, rows, from, to, sums);
    for (int s = 0; s * Long.SIZE < rows; s++) {
      long[] word = x.word(firstWord + s);
      for (int j = from; j < to; j++) {
        for (long bits = word[j]; bits != 0; bits &= bits - 1) {
          int row = s * Long.SIZE + Long.numberOfTrailingZeros(bits);
          for (int t = 0; row < rows && t < STRIP; t++) {
            sums[(j - from) * STRIP + t] += q[row * STRIP + t];
          }
        }
      }
    }
  }

  @Override
  public void weigh(long[] word, int[] columns, double[] weights, double[] out) {
    assert CountFence.weigh(word, columns, weights, out);
    for (int c = 0; c < columns.length; c++) {
      for (long bits = word[columns[c]]; bits != 0; bits &= bits - 1) {
        out[Long.numberOfTrailingZeros(bits)] += weights[c];
      }
    }
  }
}
