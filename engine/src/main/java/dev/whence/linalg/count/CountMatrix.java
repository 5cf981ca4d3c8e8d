package dev.whence.linalg.count;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * A symmetric d × d matrix of integers of 16 or 32 bits, with a diagonal of 0, in memory.
 *
 * <p>Columns lie in panels of 64: element (j, k) is at index 64·j + k % 64 of panel k / 64, so that
 * {@link ProductKernels} reads one panel for 64 elements of a product. Elements beyond the last
 * column are 0. Panels are arrays on the heap: loads of vectors from arrays are fast however the
 * surrounding code is compiled, loads from memory outside the heap are not.
 */
public final class CountMatrix implements PairCounts {

  static final int TILE = CountKernels.TILE;

  /** Number of bytes of a cache line. */
  private static final int LINE = 64;

  private final int units;

  /** Panels of 16-bit elements, [ceil(d / 64)][d, 64]; empty where elements have 32 bits. */
  private final short[][] narrow;

  /** Panels of 32-bit elements, [ceil(d / 64)][d, 64]; empty where elements have 16 bits. */
  private final int[][] wide;

  private int largest;

  /** Sink that keeps the compiler from removing the reads of {@link #touch}; never read. */
  @SuppressWarnings("unused")
  private int touched;

  /**
   * Makes a matrix of zeros.
   *
   * @param units number d of rows and of columns, up to 33,554,431
   * @param wide whether elements have 32 bits instead of 16
   */
  public CountMatrix(int units, boolean wide) {
    this.units = units;
    int panels = Math.ceilDiv(units, TILE);
    int size = Math.multiplyExact(units, TILE);
    narrow = new short[wide ? 0 : panels][size];
    this.wide = new int[wide ? panels : 0][size];
  }

  private CountMatrix(int units, short[][] narrow, int[][] wide) {
    this.units = units;
    this.narrow = narrow;
    this.wide = wide;
  }

  /**
   * Returns a d × d matrix whose panels all share the memory of one panel, so that it can hold any
   * one panel at a time.
   */
  static CountMatrix ofOnePanel(int units, boolean wide) {
    int panels = Math.ceilDiv(units, TILE);
    int size = Math.multiplyExact(units, TILE);
    short[][] narrow = new short[wide ? 0 : panels][];
    int[][] wider = new int[wide ? panels : 0][];
    Arrays.fill(narrow, new short[wide ? 0 : size]);
    Arrays.fill(wider, new int[wide ? size : 0]);
    return new CountMatrix(units, narrow, wider);
  }

  /**
   * Returns the number of bytes of all panels of a matrix of {@code units} × {@code units}
   * elements.
   */
  public static long bytes(int units, boolean wide) {
    return (long) Math.ceilDiv(units, TILE) * units * TILE * (wide ? Integer.BYTES : Short.BYTES);
  }

  @Override
  public int units() {
    return units;
  }

  /**
   * Returns the largest magnitude of an element set by {@link #set} and {@link #setPanel} so far.
   */
  @Override
  public synchronized int largest() {
    return largest;
  }

  private synchronized void raise(int magnitude) {
    largest = Math.max(largest, magnitude);
  }

  @Override
  public boolean wide() {
    return wide.length > 0;
  }

  /** Returns the number of panels of 64 columns: ceil(d / 64). */
  public int panels() {
    return narrow.length + wide.length;
  }

  @Override
  public CountMatrix panel(int p, BitSet rows) {
    return this;
  }

  /**
   * Returns panel {@code p}, columns 64·p … 64·p + 63, of a matrix of 16 bits: [d, 64], not copied.
   */
  short[] narrow(int p) {
    return narrow[p];
  }

  /**
   * Returns panel {@code p}, columns 64·p … 64·p + 63, of a matrix of 32 bits: [d, 64], not copied.
   */
  int[] wide(int p) {
    return wide[p];
  }

  /**
   * Reads rows [from, to) of a panel in order, one value of each cache line, so that later reads
   * out of order find the rows in a near cache.
   */
  public void touch(int panel, int from, int to) {
    int sum = 0;
    if (wide()) {
      for (int i = from * TILE; i < to * TILE; i += LINE / Integer.BYTES) {
        sum += wide[panel][i];
      }
    } else {
      for (int i = from * TILE; i < to * TILE; i += LINE / Short.BYTES) {
        sum += narrow[panel][i];
      }
    }
    touched = sum;
  }

  @Override
  public int get(int j, int k) {
    int at = j * TILE + k % TILE;
    return wide() ? wide[k / TILE][at] : narrow[k / TILE][at];
  }

  /** Sets elements (j, k) and (k, j) to {@code value}, j ≠ k. */
  public void set(int j, int k, int value) {
    setOne(j, k, value);
    setOne(k, j, value);
    raise(Math.abs(value));
  }

  /**
   * Sets the elements of a panel on and below the diagonal of the matrix, and their mirror images
   * above it.
   *
   * @param panel number of the panel: columns 64·panel … 64·panel + 63
   * @param element returns element (64·panel + j, 64·panel + k) of the matrix for the argument 64·j
   *     + k
   */
  public void setPanel(int panel, IntUnaryOperator element) {
    int first = panel * TILE;
    int magnitude = 0;
    for (int j = first; j < units; j++) {
      int width = Math.min(TILE, j - first);
      for (int k = 0; k < width; k++) {
        int value = element.applyAsInt((j - first) * TILE + k);
        setOne(j, first + k, value);
        setOne(first + k, j, value);
        magnitude = Math.max(magnitude, Math.abs(value));
      }
    }
    raise(magnitude);
  }

  /**
   * Adds element (rows[i], k) of this matrix to out[at + i], for i = from … to − 1. Calls for
   * columns k of the same panel, one after another, read the same cache lines.
   */
  public void gather(int k, int[] rows, int from, int to, int[] out, int at) {
    int column = k % TILE;
    if (wide()) {
      int[] panel = wide[k / TILE];
      for (int i = from; i < to; i++) {
        out[at + i] += panel[rows[i] * TILE + column];
      }
    } else {
      short[] panel = narrow[k / TILE];
      for (int i = from; i < to; i++) {
        out[at + i] += panel[rows[i] * TILE + column];
      }
    }
  }

  /**
   * Sets elements (k, i) of the first panel to values[from + i], for i = 0 … n − 1, n ≤ 64, but not
   * elements (i, k), their mirror images.
   */
  public void setRow(int k, int[] values, int from, int n) {
    int row = k * TILE;
    if (wide()) {
      System.arraycopy(values, from, wide[0], row, n);
    } else {
      for (int i = 0; i < n; i++) {
        narrow[0][row + i] = (short) values[from + i];
      }
    }
  }

  /**
   * Sets the first tile of this matrix, rows and columns 0 … 63, to the sum of the first tiles of
   * {@code a} and {@code b}.
   */
  public void setSum(CountMatrix a, CountMatrix b) {
    if (!wide() && !a.wide() && !b.wide()) {
      for (int i = 0; i < TILE * TILE; i++) {
        narrow[0][i] = (short) (a.narrow[0][i] + b.narrow[0][i]);
      }
    } else {
      for (int i = 0; i < TILE * TILE; i++) {
        setOne(i / TILE, i % TILE, a.get(i / TILE, i % TILE) + b.get(i / TILE, i % TILE));
      }
    }
  }

  /**
   * Copies elements of rows k = from … to − 1 of this matrix's first panel to their mirror images:
   * element (i, k) of {@code other} becomes element (k, i) of this matrix, for i = 0 … 63, or for i
   * = 0 … k − 1 where {@code other} is this matrix.
   *
   * @param from first k
   * @param to end of k, exclusive, at most 64
   */
  public void mirror(int from, int to, CountMatrix other) {
    if (wide()) {
      int[] rows = wide[0];
      int[] columns = other.wide[0];
      // Writes go in order: reads out of order cost less than writes out of order.
      for (int i = 0; i < TILE; i++) {
        for (int k = rows == columns ? Math.max(from, i + 1) : from; k < to; k++) {
          columns[i * TILE + k] = rows[k * TILE + i];
        }
      }
    } else {
      short[] rows = narrow[0];
      short[] columns = other.narrow[0];
      for (int i = 0; i < TILE; i++) {
        for (int k = rows == columns ? Math.max(from, i + 1) : from; k < to; k++) {
          columns[i * TILE + k] = rows[k * TILE + i];
        }
      }
    }
  }

  /** Sets element (j, k) to {@code value}, but not element (k, j), its mirror image. */
  void setOne(int j, int k, int value) {
    int at = j * TILE + k % TILE;
    if (wide()) {
      wide[k / TILE][at] = value;
    } else {
      narrow[k / TILE][at] = (short) value;
    }
  }
}
