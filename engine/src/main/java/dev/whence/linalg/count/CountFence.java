package dev.whence.linalg.count;

import static dev.whence.linalg.Fence.is;
import static dev.whence.linalg.Fence.length;
import static dev.whence.linalg.Fence.range;

/**
 * Checks the arguments of the count and product kernels as {@link dev.whence.linalg.Fence} says.
 */
final class CountFence {

  private CountFence() {}

  static boolean gram(BitColumns x, int tile, int from, int to, int[] counts) {
    int tiles = Math.ceilDiv(x.columns(), CountKernels.TILE);
    return range("tile", tile, tile + 1, tiles)
        && range("rows", from, to, x.columns())
        && length("counts", counts.length, (long) (to - from) * CountKernels.TILE);
  }

  static boolean sum(
      BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums) {
    range("words", firstWord, firstWord + Math.ceilDiv(rows, Long.SIZE), x.words());
    range("columns", from, to, x.columns());
    length("q", q.length, (long) rows * CountKernels.STRIP);
    for (int i = 0; i < rows * CountKernels.STRIP; i++) {
      is(Math.abs(q[i]) <= CountKernels.LARGEST, "|q| up to 2^23 - 1, found %d", q[i]);
    }
    return length("sums", sums.length, (long) (to - from) * CountKernels.STRIP);
  }

  static boolean weigh(long[] word, int[] columns, double[] weights, double[] out) {
    for (int j : columns) {
      range("column", j, j + 1, word.length);
    }
    return length("weights", weights.length, columns.length)
        && length("out", out.length, Long.SIZE);
  }

  private static boolean panelRows(CountMatrix matrix, int panel, int[] rows, int from, int to) {
    range("panel", panel, panel + 1, matrix.panels());
    range("rows", from, to, rows.length);
    for (int i = from; i < to; i++) {
      range("row", rows[i], rows[i] + 1, matrix.units());
    }
    return true;
  }

  static boolean product(
      CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out) {
    return panelRows(matrix, panel, rows, 0, n)
        && length("weights", weights.length, (long) n * ProductKernels.SETS)
        && length("out", out.length, (long) ProductKernels.SETS * ProductKernels.TILE);
  }

  static boolean add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, int weights, int out) {
    return panelRows(matrix, panel, rows, from, to)
        && length("weights", weights, to)
        && length("out", out, ProductKernels.TILE);
  }

  static boolean subtract(int block, int row, int values, int set) {
    return is(row >= 0 && set >= 0, "a row and a set, found %d and %d", row, set)
        && length("block", block, (row + 1L) * ProductKernels.TILE)
        && length("values", values, (set + 1L) * ProductKernels.TILE);
  }
}
