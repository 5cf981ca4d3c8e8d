package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.ProductKernels;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The part of a Gram matrix's counts that some units have with each other, in tiles of 64 × 64, so
 * that it grows without being copied.
 */
public final class SubGram {

  /**
   * Tiles that are no longer used, for the next target: to make new ones costs more, and so would a
   * linked list of hundreds of thousands, through which the collector has to go.
   */
  public static final class Tiles {

    private final Deque<CountMatrix> narrow = new ArrayDeque<>();
    private final Deque<CountMatrix> wide = new ArrayDeque<>();

    /** Bytes taken and not given back, and the most of them since {@link #begin}. */
    private long taken;

    private long most;

    /** Largest number of bytes that one target has needed so far. */
    private long bytesPerTarget;

    private CountMatrix take(boolean ofWide) {
      CountMatrix known = poll(ofWide);
      return known != null ? known : new CountMatrix(TILE, ofWide);
    }

    private synchronized @Nullable CountMatrix poll(boolean ofWide) {
      taken += CountMatrix.bytes(TILE, ofWide);
      most = Math.max(most, taken);
      return (ofWide ? wide : narrow).pollLast();
    }

    private synchronized void give(CountMatrix[] tiles) {
      for (CountMatrix tile : tiles) {
        taken -= CountMatrix.bytes(TILE, tile.wide());
        (tile.wide() ? wide : narrow).addLast(tile);
      }
    }

    /** Begins work on some targets. */
    public synchronized void begin() {
      most = taken;
    }

    /** Takes note of what work on so many targets together took. */
    public synchronized void end(int targets) {
      bytesPerTarget = Math.max(bytesPerTarget, most / targets);
    }

    /**
     * Returns how many targets there is memory for, going by those before; until there were some,
     * {@code first}.
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

  /** Where each unit is, or −1, [d]. */
  private final int[] place;

  /** Makes one of no units. */
  public SubGram(Gram gram, Tiles free) {
    this(gram, free, false);
  }

  /**
   * Makes one of no units.
   *
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

  /** Returns the matrix that this is a part of. */
  Gram gram() {
    return gram;
  }

  /** Returns how many units are here. */
  public int size() {
    return size;
  }

  /** Returns how many units were here before unit {@code j} was added, or −1. */
  public int place(int j) {
    return place[j];
  }

  /** Returns the tiles to the free list. This object must not be used afterwards. */
  public void close() {
    for (CountMatrix[] row : tiles) {
      free.give(row);
    }
    tiles = new CountMatrix[0][];
    size = 0;
  }

  /** Forgets all units but keeps the tiles. */
  public void clear() {
    size = 0;
    Arrays.fill(place, -1);
  }

  /**
   * Returns the counts of units [64·row, 64·row + 64) with units [64·column, 64·column + 64), in
   * the order in which they were added; the diagonal is 0, what is beyond the last unit anything.
   */
  public CountMatrix tile(int row, int column) {
    return tiles[row][column];
  }

  /**
   * Adds units. Their counts are available once the returned gathering has run.
   *
   * @param units all of them, those that are here already first
   * @param to how many are to be here; more than there are
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

  /** Sets the counts of the unit at {@code k} with those before it to counts[from …]. */
  void setRow(int k, int[] counts, int from) {
    CountMatrix[] row = tiles[k / TILE];
    for (int b = 0; b * TILE < k; b++) {
      row[b].setRow(k % TILE, counts, from + b * TILE, Math.min(TILE, k - b * TILE));
    }
    row[k / TILE].set(k % TILE, k % TILE, 0); // a tile that was used elsewhere before
  }

  /** Sets the mirror images of the rows [from, to). */
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
   * Returns the counts over the runs of this and of another together, which have the same units at
   * the same places; the end of both.
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
