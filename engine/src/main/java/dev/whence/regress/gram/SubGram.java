package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.ProductKernels;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The counts of pairs, minus the offset, among the units that a solver has added; read from a Gram
 * matrix. They are kept in tiles of 64 × 64 in the order in which units were added, so that units
 * can be added without copying counts.
 */
public final class SubGram {

  /**
   * A list of free tiles of 64 × 64 counts, which the next target reuses: allocating tiles takes
   * more time. The tiles lie in array deques, because the garbage collector would have to go
   * through a linked list of hundreds of thousands.
   */
  public static final class Tiles {

    private final Deque<CountMatrix> narrow = new ArrayDeque<>();
    private final Deque<CountMatrix> wide = new ArrayDeque<>();

    /** Number of bytes of the tiles that are not free. */
    private long inUse;

    /** Largest value of {@code inUse} since {@link #begin}. */
    private long peak;

    /** Largest number of bytes per target of a group that was measured so far. */
    private long bytesPerTarget;

    private CountMatrix take(boolean ofWide) {
      CountMatrix known = poll(ofWide);
      return known != null ? known : new CountMatrix(TILE, ofWide);
    }

    private synchronized @Nullable CountMatrix poll(boolean ofWide) {
      inUse += CountMatrix.bytes(TILE, ofWide);
      peak = Math.max(peak, inUse);
      return (ofWide ? wide : narrow).pollLast();
    }

    private synchronized void give(CountMatrix[] tiles) {
      for (CountMatrix tile : tiles) {
        inUse -= CountMatrix.bytes(TILE, tile.wide());
        (tile.wide() ? wide : narrow).addLast(tile);
      }
    }

    /** Begins to measure the memory that the tiles of a group of targets take. */
    public synchronized void begin() {
      peak = inUse;
    }

    /** Ends the measurement begun by {@link #begin}, for a group of {@code targets} targets. */
    public synchronized void end(int targets) {
      bytesPerTarget = Math.max(bytesPerTarget, peak / targets);
    }

    /**
     * Returns how many targets' tiles fit in {@code bytes}, at least 1 and at most {@code limit},
     * judging by the groups measured so far; {@code first} before any group has been measured.
     */
    public synchronized int room(long bytes, int first, int limit) {
      return bytesPerTarget == 0 ? first : (int) Math.clamp(bytes / bytesPerTarget, 1, limit);
    }
  }

  private static final int TILE = ProductKernels.TILE;

  private final Gram gram;
  private final boolean wide;
  private final boolean lower;
  private final Tiles free;
  private CountMatrix[][] tiles = new CountMatrix[0][];
  private int size;

  /**
   * The place of each unit, the number of units added before it, or −1 for a unit that was not
   * added, [d].
   */
  private final int[] place;

  /**
   * Makes a SubGram of {@code gram} without units.
   *
   * @param free list of free tiles, from which tiles are taken and to which {@link #close} returns
   *     them
   */
  public SubGram(Gram gram, Tiles free) {
    this(gram, free, false);
  }

  /**
   * Makes a SubGram of {@code gram} without units.
   *
   * @param free list of free tiles, from which tiles are taken and to which {@link #close} returns
   *     them
   * @param lower whether tiles above the diagonal are left out
   */
  public SubGram(Gram gram, Tiles free, boolean lower) {
    this.gram = gram;
    this.free = free;
    this.lower = lower;
    wide = gram.wide();
    place = new int[gram.units()];
    Arrays.fill(place, -1);
  }

  /** Returns the Gram matrix from which the counts are read. */
  Gram gram() {
    return gram;
  }

  /** Returns the number of units that were added. */
  public int size() {
    return size;
  }

  /**
   * Returns the place of unit {@code j}, which is the number of units added before it; −1 if unit j
   * was not added.
   */
  public int place(int j) {
    return place[j];
  }

  /** Returns the tiles to the list of free tiles. This object must not be used afterwards. */
  public void close() {
    for (CountMatrix[] row : tiles) {
      free.give(row);
    }
    tiles = new CountMatrix[0][];
    size = 0;
  }

  /** Removes all units but keeps the tiles for the units that are added next. */
  public void clear() {
    size = 0;
    Arrays.fill(place, -1);
  }

  /**
   * Returns the counts, minus the offset, of the pairs of the units at places [64·row, 64·row + 64)
   * with the units at places [64·column, 64·column + 64): [64, 64]. The count of a unit with itself
   * is 0; elements beyond the last unit are undefined.
   */
  public CountMatrix tile(int row, int column) {
    return tiles[row][column];
  }

  /**
   * Adds units. The counts of their pairs are complete once the returned gathering has run.
   *
   * @param units all units: the units added before, in the same order, then the new ones; entries
   *     from number {@code to} on are not used
   * @param to number of units after the addition, more than {@link #size}
   */
  public Gathering add(int[] units, int to) {
    int from = size;
    for (int k = from; k < to; k++) {
      place[units[k]] = k;
    }
    size = to;
    grow(Math.ceilDiv(to, TILE));
    return new Gathering(this, Arrays.copyOf(units, to), from);
  }

  private void grow(int side) {
    int old = tiles.length;
    if (side > old) {
      tiles = Arrays.copyOf(tiles, side);
      for (int row = 0; row < side; row++) {
        int width = lower ? row + 1 : side;
        int there = row < old ? tiles[row].length : 0;
        tiles[row] = row < old ? Arrays.copyOf(tiles[row], width) : new CountMatrix[width];
        for (int column = there; column < width; column++) {
          tiles[row][column] = free.take(wide);
        }
      }
    }
  }

  /**
   * Sets the counts of the pairs of the unit at place {@code k} with the units at places 0 … k − 1
   * to {@code counts[from]} … {@code counts[from + k − 1]}.
   */
  void setRow(int k, int[] counts, int from) {
    CountMatrix[] row = tiles[k / TILE];
    for (int b = 0; b * TILE < k; b++) {
      row[b].setRow(k % TILE, counts, from + b * TILE, Math.min(TILE, k - b * TILE));
    }
    row[k / TILE].set(k % TILE, k % TILE, 0); // a reused tile may have a count at this place
  }

  /**
   * Copies the counts of the units at places from … to − 1 with the units at earlier places to
   * their mirror images above the diagonal; where tiles above the diagonal are left out, only
   * within the tiles on the diagonal.
   */
  void mirror(int from, int to) {
    for (int k = from; k < to; ) {
      int r = k / TILE;
      int end = Math.min(to, (r + 1) * TILE);
      for (int b = lower ? r : 0; b <= r; b++) {
        tiles[r][b].mirror(k % TILE, (end - 1) % TILE + 1, tiles[b][r]);
      }
      k = end;
    }
  }

  /**
   * Returns the sum of the counts of this SubGram and of {@code other}, whose units have the same
   * places. Takes the tiles of both: neither may be used afterwards.
   *
   * @param together Gram matrix of the runs of both
   */
  public SubGram plus(SubGram other, Gram together) {
    SubGram sum = new SubGram(together, free);
    System.arraycopy(place, 0, sum.place, 0, place.length);
    sum.size = size;
    if (sum.wide == wide) {
      sum.tiles = tiles.clone();
      tiles = new CountMatrix[0][];
    } else {
      sum.grow(tiles.length);
    }
    for (int r = 0; r < sum.tiles.length; r++) {
      for (int b = 0; b <= r; b++) {
        CountMatrix mine = sum.wide == wide ? sum.tiles[r][b] : tiles[r][b];
        sum.tiles[r][b].setSum(mine, other.tiles[r][b]);
        sum.tiles[r][b].mirror(0, TILE, sum.tiles[b][r]);
      }
    }
    close();
    other.close();
    return sum;
  }
}
