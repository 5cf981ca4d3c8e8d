package dev.whence.linalg.count;

import dev.whence.base.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A 0/1 matrix of rows × columns, packed so that bit i % 64 of {@code word(i / 64)[j]} is row i of
 * column j; bits beyond the last row are 0. In the masks of a pool rows are runs and columns are
 * units.
 *
 * <p>The product of two columns is the number of rows in which both are 1: an exact count, and one
 * instruction does many of its multiply-adds ({@link CountKernels}).
 */
public final class BitColumns {

  /** Number of columns whose words of 64 rows lie on one cache line of 64 bytes. */
  private static final int LINE = 8;

  /**
   * Threshold of {@link #products}: each word is first read in order, for all columns, where the
   * vectors w together have more than columns / FEW elements that are not 0.
   */
  private static final int FEW = 2 * LINE;

  private final int rows;
  private final int columns;
  private final long[][] words;

  /** Sink that keeps the compiler from removing the reads of {@link #touch}; never read. */
  @SuppressWarnings("unused")
  private long touched;

  private BitColumns(int rows, int columns, long[][] words) {
    this.rows = rows;
    this.columns = columns;
    this.words = words;
  }

  /**
   * Returns the matrix of some rows of a packed matrix.
   *
   * @param packed for each row ceil(columns / 8) bytes; bit j % 8 of byte j / 8 of a row is column
   *     j
   * @param rows indices of the rows of {@code packed} to take, in the order of the rows of the
   *     result
   */
  public static BitColumns ofRows(byte[] packed, int columns, int[] rows) {
    Builder builder = new Builder(columns);
    int rowBytes = Math.ceilDiv(columns, 8);
    for (int row : rows) {
      builder.add(packed, Math.multiplyExact(row, rowBytes));
    }
    return builder.build();
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Returns the number of words of 64 rows in a column: ceil(rows / 64). */
  public int words() {
    return words.length;
  }

  /**
   * Returns word {@code s} of every column, that is rows [64·s, 64·s + 64): [columns]. The array is
   * this matrix's own and must not be changed.
   */
  long[] word(int s) {
    return words[s];
  }

  /** Returns whether row {@code i} of column {@code j} is 1. */
  public boolean get(int i, int j) {
    return (words[i >> 6][j] >>> (i & 63) & 1) == 1;
  }

  /** Returns the number of rows in which columns j and k are both 1: element (j, k) of XᵀX. */
  public int common(int j, int k) {
    int count = 0;
    for (long[] word : words) {
      count += Long.bitCount(word[j] & word[k]);
    }
    return count;
  }

  /** Returns for each column the number of rows in which it is 1, [columns]. */
  public int[] counts() {
    int[] counts = new int[columns];
    for (long[] word : words) {
      for (int j = 0; j < columns; j++) {
        counts[j] += Long.bitCount(word[j]);
      }
    }
    return counts;
  }

  /**
   * Returns the products X·w of this matrix X with n vectors w, [n, rows].
   *
   * @param weights the vectors w, [n, columns]; their elements that are 0 cost nothing
   * @param parallel does the words of 64 rows in parallel
   */
  public double[][] products(List<double[]> weights, CountKernels kernels, Parallel parallel) {
    int n = weights.size();
    List<SparseVector> sparse = weights.stream().map(SparseVector::of).toList();
    boolean sequential = sparse.stream().mapToLong(w -> w.indices().length).sum() > columns / FEW;
    double[][] products = new double[n][rows];
    parallel.forEach(
        words.length,
        s -> { // all n products share one reading of word s, 64 rows of all columns
          if (sequential) {
            touch(words[s]);
          }
          double[] sums = new double[Long.SIZE];
          int first = s * Long.SIZE;
          for (int t = 0; t < n; t++) {
            Arrays.fill(sums, 0);
            kernels.weigh(words[s], sparse.get(t).indices(), sparse.get(t).values(), sums);
            System.arraycopy(sums, 0, products[t], first, Math.min(Long.SIZE, rows - first));
          }
        });
    return products;
  }

  /**
   * Reads one word of every column in order, one column of each cache line, so that later reads out
   * of order find the words in a near cache.
   */
  private void touch(long[] word) {
    long sum = 0;
    for (int j = 0; j < word.length; j += LINE) {
      sum += word[j];
    }
    touched = sum;
  }

  /** Returns a new matrix of the rows of this matrix in which column {@code j} is 0. */
  public BitColumns without(int j) {
    Builder builder = new Builder(columns);
    byte[] packed = new byte[builder.rowBytes];
    for (int i = 0; i < rows; i++) {
      if (!get(i, j)) {
        Arrays.fill(packed, (byte) 0);
        for (int k = 0; k < columns; k++) {
          packed[k >> 3] |= (byte) ((words[i >> 6][k] >>> (i & 63) & 1) << (k & 7));
        }
        builder.add(packed, 0);
      }
    }
    return builder.build();
  }

  /**
   * Returns the transpose of a square of 8 × 8 bits whose byte i is row i (Warren, Hacker's
   * Delight, §7-3).
   */
  static long transpose(long square) {
    long x = square;
    long t = (x ^ (x >>> 7)) & 0x00AA00AA00AA00AAL;
    x ^= t ^ (t << 7);
    t = (x ^ (x >>> 14)) & 0x0000CCCC0000CCCCL;
    x ^= t ^ (t << 14);
    t = (x ^ (x >>> 28)) & 0x00000000F0F0F0F0L;
    return x ^ t ^ (t << 28);
  }

  /** Makes a matrix from rows that are added one after another. */
  public static final class Builder {

    private static final int WORD = Long.SIZE;

    private final int columns;
    private final int rowBytes;

    /** The rows added since the last whole word of 64 rows, packed, [64, rowBytes]. */
    private final byte[] pending;

    private final List<long[]> words = new ArrayList<>();
    private int rows;

    public Builder(int columns) {
      this.columns = columns;
      rowBytes = Math.ceilDiv(columns, 8);
      pending = new byte[Math.multiplyExact(WORD, rowBytes)];
    }

    /**
     * Adds a row, whose packed bits begin at {@code packed[from]}: bit j % 8 of byte j / 8 is
     * column j.
     */
    public void add(byte[] packed, int from) {
      System.arraycopy(packed, from, pending, (rows % WORD) * rowBytes, rowBytes);
      rows++;
      if (rows % WORD == 0) {
        words.add(transpose());
      }
    }

    /** Returns the matrix of the rows added so far, in the order in which they were added. */
    public BitColumns build() {
      if (rows % WORD != 0) {
        Arrays.fill(pending, (rows % WORD) * rowBytes, pending.length, (byte) 0);
        words.add(transpose());
      }
      return new BitColumns(rows, columns, words.toArray(long[][]::new));
    }

    /**
     * Turns the 64 pending rows into one word for each column, [columns], in squares of 8 × 8 bits.
     */
    private long[] transpose() {
      long[] word = new long[columns];
      for (int b = 0; b < rowBytes; b++) {
        int width = Math.min(8, columns - 8 * b);
        for (int g = 0; g < 8; g++) {
          long square = 0;
          for (int i = 0; i < 8; i++) {
            square |= (pending[(8 * g + i) * rowBytes + b] & 0xffL) << (8 * i);
          }
          square = BitColumns.transpose(square);
          for (int j = 0; j < width; j++) {
            word[8 * b + j] |= (square >>> (8 * j) & 0xff) << (8 * g);
          }
        }
      }
      return word;
    }
  }
}
