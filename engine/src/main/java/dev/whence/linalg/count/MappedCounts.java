package dev.whence.linalg.count;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * A symmetric matrix of counts whose lower triangle lies in mapped files, for matrices that do not
 * fit in memory.
 *
 * <p>{@link #panel} assembles a panel of 64 columns in memory: the panel's rows from the diagonal
 * on lie in one piece of a file, and the rows before the diagonal are mirror images of one tile of
 * each earlier panel. Where few rows are requested, only these rows are read.
 */
public final class MappedCounts implements PairCounts {

  private static final int TILE = CountMatrix.TILE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Threshold: a panel is read whole where more than 1 / FEW of its rows are requested. */
  private static final int FEW = 8;

  private final int units;
  private final boolean wide;
  private final int largest;
  private final MemorySegment[] lower;

  /**
   * The matrix in which each thread assembles a panel; holds the panel that the thread asked for
   * last.
   */
  private final ThreadLocal<CountMatrix> assembled;

  /**
   * Makes a matrix whose elements are read from {@code lower}.
   *
   * @param units number d of rows and of columns
   * @param lower for each panel p the rows from 64·p on, [·, 64] row-major and little-endian;
   *     elements on and above the diagonal are not read
   * @param wide whether elements have 32 bits instead of 16
   * @param largest the largest magnitude of an element
   */
  public MappedCounts(int units, MemorySegment[] lower, boolean wide, int largest) {
    this.units = units;
    this.lower = lower.clone();
    this.wide = wide;
    this.largest = largest;
    assembled = ThreadLocal.withInitial(() -> CountMatrix.ofOnePanel(units, wide));
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public boolean wide() {
    return wide;
  }

  @Override
  public int largest() {
    return largest;
  }

  @Override
  public int get(int j, int k) {
    if (j == k) {
      return 0;
    }
    int low = Math.min(j, k);
    int first = low / TILE * TILE;
    return element(lower[low / TILE], (long) (Math.max(j, k) - first) * TILE + low % TILE);
  }

  private int element(MemorySegment segment, long at) {
    return wide ? segment.getAtIndex(INT, at) : segment.getAtIndex(SHORT, at);
  }

  @Override
  public CountMatrix panel(int p, BitSet rows) {
    CountMatrix panel = assembled.get();
    if (rows.cardinality() > units / FEW) {
      readBelow(p, panel);
      readAbove(p, panel);
    } else {
      rows.stream().forEach(j -> readRow(p, j, panel));
    }
    return panel;
  }

  /**
   * Reads the rows of panel {@code p} from its diagonal on, which lie in one piece, into {@code
   * panel}; then sets the tile on the diagonal, of which only the lower half is stored, row by row.
   */
  private void readBelow(int p, CountMatrix panel) {
    int first = p * TILE;
    int size = (units - first) * TILE;
    if (wide) {
      MemorySegment.copy(lower[p], INT, 0, panel.wide(p), first * TILE, size);
    } else {
      MemorySegment.copy(lower[p], SHORT, 0, panel.narrow(p), first * TILE, size);
    }
    for (int j = first; j < Math.min(first + TILE, units); j++) {
      readRow(p, j, panel);
    }
  }

  /**
   * Reads the rows of panel {@code p} before its diagonal into {@code panel}, as mirror images of a
   * tile of each earlier panel: the rows of a tile stay in a near cache while the tile is
   * transposed.
   */
  private void readAbove(int p, CountMatrix panel) {
    int width = Math.min(TILE, units - p * TILE);
    short[] narrow = new short[wide ? 0 : TILE * TILE];
    for (int q = 0; q < p; q++) {
      long from = (long) (p - q) * TILE * TILE;
      if (wide) {
        for (int i = 0; i < TILE; i++) {
          readRow(p, q * TILE + i, panel);
        }
        continue;
      }
      MemorySegment.copy(lower[q], SHORT, from * Short.BYTES, narrow, 0, width * TILE);
      short[] to = panel.narrow(p);
      int at = q * TILE * TILE;
      for (int i = 0; i < TILE; i++) {
        for (int k = 0; k < width; k++) {
          to[at + i * TILE + k] = narrow[k * TILE + i];
        }
      }
    }
  }

  /** Reads row {@code j} of panel {@code p}, 64 elements one by one, into {@code panel}. */
  private void readRow(int p, int j, CountMatrix panel) {
    for (int k = p * TILE; k < Math.min(p * TILE + TILE, units); k++) {
      panel.setOne(j, k, get(j, k));
    }
  }
}
