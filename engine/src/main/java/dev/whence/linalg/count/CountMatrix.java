package dev.whence.linalg.count;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * A symmetric d × d matrix of integers off its diagonal, 16 bits each or 32.
 *
 * <p>Columns lie in panels of 64: element (j, k) is at 64·j + k % 64 of panel k / 64, so that a
 * panel is what {@link ProductKernels} reads for 64 elements of a product. The diagonal is 0, and
 * so is what lies beyond the last column. Panels are arrays: vectors load from them fast however
 * the code around was compiled, which is not so of memory outside the heap.
 */
public final class CountMatrix implements PairCounts {

  static final int TILE = CountKernels.TILE;

  /** Bytes of a line of cache. */
  private static final int LINE = 64;

  private final int units;

  /** The panels, [d, 64] each, in one of the two. */
  private final short[][] narrow;

  private final int[][] wide;

  private int largest;

  /** Sink that keeps the compiler from removing the reads of {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  /**
   * Makes a matrix of zeros.
   *
   * @param units d, up to 33,554,431
   * @param wide whether elements have 32 bits
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

  /** Returns a matrix that has memory for one panel only, which is that of every panel. */
  static CountMatrix ofOnePanel(int units, boolean wide) {
    int panels = Math.ceilDiv(units, TILE);
    int size = Math.multiplyExact(units, TILE);
    short[][] narrow = new short[wide ? 0 : panels][];
    int[][] wider = new int[wide ? panels : 0][];
    Arrays.fill(narrow, new short[wide ? 0 : size]);
    Arrays.fill(wider, new int[wide ? size : 0]);
    return new CountMatrix(units, narrow, wider);
  }

  /** Returns the bytes of a matrix. */
  public static long bytes(int units, boolean wide) {
    return (long) Math.ceilDiv(units, TILE) * units * TILE * (wide ? Integer.BYTES : Short.BYTES);
  }

  @Override
  public int units() {
    return units;
  }

  /** Returns the largest magnitude that {@link #set} and {@link #setPanel} have set. */
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

  /** Returns the number of panels: ceil(d / 64). */
  public int panels() {
    return narrow.length + wide.length;
  }

  @Override
  public CountMatrix panel(int p, BitSet rows) {
    return this;
  }

  /** Returns panel {@code p} of a matrix of 16 bits, [d, 64]. */
  short[] narrow(int p) {
    return narrow[p];
  }

  /** Returns panel {@code p} of a matrix of 32 bits, [d, 64]. */
  int[] wide(int p) {
    return wide[p];
  }

  /**
   * Reads some rows of a panel in order, so that they are in a near cache when they are asked for
   * out of order.
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

  /** Sets elements (j, k) and (k, j), j ≠ k. */
  public void set(int j, int k, int value) {
    setOne(j, k, value);
    setOne(k, j, value);
    raise(Math.abs(value));
  }

  /**
   * Sets the elements below the diagonal of a panel, and their mirror images.
   *
   * @param element element (64·panel + j, 64·panel + k) by 64·j + k
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
   * Adds elements (rows[i], k), from &lt;= i &lt; to, to out[at + i]: columns that are asked for
   * one after another and lie in one panel share cache lines.
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

  /** Sets elements (k, i) to values[from + i], i &lt; n &lt;= 64, but not their mirror images. */
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

  /** Sets the first panel to the sum of two others', [64, 64] each. */
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
   * Sets elements (i, k) of {@code other} to elements (k, i), for i &lt; 64 or, where it is this
   * matrix itself, i &lt; k.
   *
   * @param from first k
   * @param to end of k, at most 64
   */
  public void mirror(int from, int to, CountMatrix other) {
    if (wide()) {
      int[] rows = wide[0];
      int[] columns = other.wide[0];
      for (int i = 0; i < TILE; i++) { // writes in order: reads that are not cost less
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

  /** Sets element (j, k) but not its mirror image. */
  void setOne(int j, int k, int value) {
    int at = j * TILE + k % TILE;
    if (wide()) {
      wide[k / TILE][at] = value;
    } else {
      narrow[k / TILE][at] = (short) value;
    }
  }
}
