package dev.whence.linalg;

/**
 * A 0/1 matrix of rows × columns, each column packed into words: bit i % 64 of word i / 64 of a
 * column is row i.
 *
 * <p>Products of columns are counts of common bits: exact, and 64 multiply-adds to one instruction.
 */
public final class BitColumns {

  private final int rows;
  private final int columns;
  private final long[][] words;

  private BitColumns(int rows, int columns, long[][] words) {
    this.rows = rows;
    this.columns = columns;
    this.words = words;
  }

  /**
   * Transposes row-packed bits.
   *
   * @param packed for each row ceil(columns / 8) bytes, bit j % 8 of byte j / 8 is column j
   * @param rows which rows of {@code packed} to take, in that order
   */
  public static BitColumns ofRows(byte[] packed, int columns, int[] rows) {
    int rowBytes = Math.ceilDiv(columns, 8);
    long[][] words = new long[columns][Math.ceilDiv(rows.length, Long.SIZE)];
    for (int i = 0; i < rows.length; i++) {
      long bit = 1L << (i & 63);
      int word = i >> 6;
      int from = Math.multiplyExact(rows[i], rowBytes);
      for (int b = 0; b < rowBytes; b++) {
        for (int bits = packed[from + b] & 0xff; bits != 0; bits &= bits - 1) {
          words[b * 8 + Integer.numberOfTrailingZeros(bits)][word] |= bit;
        }
      }
    }
    return new BitColumns(rows.length, columns, words);
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Returns the number of rows in which both columns are 1: an element of XᵀX. */
  public int common(int j, int k) {
    long[] a = words[j];
    long[] b = words[k];
    int count = 0;
    for (int w = 0; w < a.length; w++) {
      count += Long.bitCount(a[w] & b[w]);
    }
    return count;
  }

  /** Returns the number of rows in which column {@code j} is 1. */
  public int count(int j) {
    return common(j, j);
  }

  /**
   * Adds the rows of a panel in which column {@code j} is 1.
   *
   * @param panel [rows, width], row-major
   * @param sums [width]; its old content is added to
   */
  public void addRows(int j, double[] panel, int width, double[] sums) {
    long[] column = words[j];
    for (int w = 0; w < column.length; w++) {
      for (long bits = column[w]; bits != 0; bits &= bits - 1) {
        int row = ((w << 6) + Long.numberOfTrailingZeros(bits)) * width;
        for (int t = 0; t < width; t++) {
          sums[t] += panel[row + t];
        }
      }
    }
  }
}
