package dev.whence.linalg;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A symmetric d × d matrix of integers off its diagonal, 16 bits each or 32, outside the heap.
 *
 * <p>Columns lie in panels of 64: element (j, k) is at [j][k % 64] of panel k / 64, so that a panel
 * is what {@link ProductKernels} reads for 64 elements of a product. The diagonal is 0, and so is
 * what lies beyond the last column.
 */
public final class CountMatrix {

  static final int TILE = CountKernels.TILE;

  private final int units;
  private final boolean wide;
  private final MemorySegment[] panels;

  /** All panels, one after another, without the check at every access that they are still there. */
  private final MemorySegment memory;

  /** Keeps the memory for as long as the matrix is. */
  private final MemorySegment owned;

  /**
   * Makes a matrix of zeros.
   *
   * @param units d
   * @param wide whether elements have 32 bits
   * @param allocator where it lies: memory, or a mapped file
   */
  public CountMatrix(int units, boolean wide, SegmentAllocator allocator) {
    this.units = units;
    this.wide = wide;
    owned = allocator.allocate(bytes(units, wide), TILE);
    memory = MemorySegment.ofAddress(owned.address()).reinterpret(owned.byteSize());
    panels = new MemorySegment[Math.ceilDiv(units, TILE)];
    long size = owned.byteSize() / panels.length;
    Arrays.setAll(panels, p -> memory.asSlice(p * size, size));
  }

  /** Returns the bytes of a matrix. */
  public static long bytes(int units, boolean wide) {
    return (long) Math.ceilDiv(units, TILE) * units * TILE * (wide ? Integer.BYTES : Short.BYTES);
  }

  /** Returns d. */
  public int units() {
    return units;
  }

  /** Returns whether elements have 32 bits. */
  public boolean wide() {
    return wide;
  }

  /** Returns the number of panels: ceil(d / 64). */
  public int panels() {
    return panels.length;
  }

  MemorySegment panel(int p) {
    return panels[p];
  }

  /** Returns element (j, k); 0 on the diagonal. */
  public int get(int j, int k) {
    long at = (long) j * TILE + k % TILE;
    return wide
        ? panels[k / TILE].getAtIndex(ValueLayout.JAVA_INT, at)
        : panels[k / TILE].getAtIndex(ValueLayout.JAVA_SHORT, at);
  }

  /** Sets elements (j, k) and (k, j), j ≠ k. */
  public void set(int j, int k, int value) {
    setOne(j, k, value);
    setOne(k, j, value);
  }

  /**
   * Adds elements (rows[i], k), i &lt; n, to {@code out}: columns that are asked for one after
   * another and lie in one panel share cache lines.
   */
  public void gather(int k, int[] rows, int n, int[] out) {
    MemorySegment panel = panels[k / TILE];
    int column = k % TILE;
    if (wide) {
      for (int i = 0; i < n; i++) {
        out[i] += panel.getAtIndex(ValueLayout.JAVA_INT, (long) rows[i] * TILE + column);
      }
    } else {
      for (int i = 0; i < n; i++) {
        out[i] += panel.getAtIndex(ValueLayout.JAVA_SHORT, (long) rows[i] * TILE + column);
      }
    }
  }

  /** Sets elements (i, k) and (k, i) to values[i] for i &lt; k. */
  public void setColumn(int k, int[] values) {
    MemorySegment panel = panels[k / TILE];
    int column = k % TILE;
    long row = (long) k * TILE;
    if (wide) {
      for (int i = 0; i < k; i++) {
        panel.setAtIndex(ValueLayout.JAVA_INT, (long) i * TILE + column, values[i]);
      }
      for (int i = 0; i < k; i++) {
        panels[i / TILE].setAtIndex(ValueLayout.JAVA_INT, row + i % TILE, values[i]);
      }
    } else {
      for (int i = 0; i < k; i++) {
        panel.setAtIndex(ValueLayout.JAVA_SHORT, (long) i * TILE + column, (short) values[i]);
      }
      for (int from = 0; from < k; from += TILE) {
        MemorySegment left = panels[from / TILE];
        for (int i = from; i < Math.min(k, from + TILE); i++) {
          left.setAtIndex(ValueLayout.JAVA_SHORT, row + i - from, (short) values[i]);
        }
      }
    }
  }

  private void setOne(int j, int k, int value) {
    long at = (long) j * TILE + k % TILE;
    if (wide) {
      panels[k / TILE].setAtIndex(ValueLayout.JAVA_INT, at, value);
    } else {
      panels[k / TILE].setAtIndex(ValueLayout.JAVA_SHORT, at, (short) value);
    }
  }
}
