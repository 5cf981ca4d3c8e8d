package dev.whence.regress;

import dev.whence.linalg.CountMatrix;
import dev.whence.linalg.ProductKernels;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The part of a Gram matrix's counts that some units have with each other, in tiles of 64 × 64, so
 * that it grows without being copied.
 */
final class SubGram {

  /** Tiles that are no longer used, for the next target: to make new ones costs more. */
  static final class Tiles {

    private final Queue<CountMatrix> narrow = new ConcurrentLinkedQueue<>();
    private final Queue<CountMatrix> wide = new ConcurrentLinkedQueue<>();

    private CountMatrix take(boolean ofWide) {
      CountMatrix known = (ofWide ? wide : narrow).poll();
      return known != null ? known : new CountMatrix(TILE, ofWide);
    }

    private void give(CountMatrix tile) {
      (tile.wide() ? wide : narrow).add(tile);
    }
  }

  private static final int TILE = ProductKernels.TILE;

  /** Where counts are taken from. */
  interface Counts {
    /** Adds to {@code out} the counts of {@code unit} with the first n of some, none the same. */
    void gather(int unit, int[] units, int n, int[] out);
  }

  private final Gram gram;
  private final boolean wide;
  private final Tiles free;
  private CountMatrix[][] tiles = new CountMatrix[0][];

  /** Where each unit is, or −1, [d]. */
  private final int[] place;

  /** A row of all tiles. */
  private int[] row = new int[0];

  SubGram(Gram gram, Tiles free) {
    this.gram = gram;
    this.free = free;
    wide = gram.wide();
    place = new int[gram.units()];
    Arrays.fill(place, -1);
  }

  /** Gives the tiles back; the end of this. */
  void close() {
    for (CountMatrix[] row : tiles) {
      Arrays.stream(row).forEach(free::give);
    }
    tiles = new CountMatrix[0][];
  }

  /**
   * Returns the counts of units [64·row, 64·row + 64) with units [64·column, 64·column + 64), in
   * the order in which they were added; the diagonal is 0, what is beyond the last unit anything.
   */
  CountMatrix tile(int row, int column) {
    return tiles[row][column];
  }

  /** Adds units, as {@link #extend(int[], int, int, Counts)}, with counts from the Gram matrix. */
  void extend(int[] variables, int from, int to) {
    extend(variables, from, to, gram::gather);
  }

  /**
   * Adds units.
   *
   * @param variables all units, those that are here already first
   * @param from how many are here
   * @param to how many are to be
   */
  void extend(int[] variables, int from, int to, Counts counts) {
    grow(Math.ceilDiv(to, TILE));
    for (int k = from; k < to; ) {
      int end = Math.min(to, (k / TILE + 1) * TILE);
      extendRow(variables, k, end, counts);
      k = end;
    }
  }

  /** Adds units that belong to one row of tiles. */
  private void extendRow(int[] variables, int from, int to, Counts counts) {
    int r = from / TILE;
    int[] column = new int[tiles.length * TILE];
    for (int k = from; k < to; k++) {
      place[variables[k]] = k;
      Arrays.fill(column, 0, k, 0);
      counts.gather(variables[k], variables, k, column);
      for (int b = 0; b <= r; b++) {
        tiles[r][b].setRow(k % TILE, column, b * TILE, Math.min(TILE, k - b * TILE));
      }
      tiles[r][r].set(k % TILE, k % TILE, 0); // a tile that was used elsewhere before
    }
    for (int b = 0; b <= r; b++) { // at once, while the rows are in a near cache
      tiles[r][b].mirror(from % TILE, (to - 1) % TILE + 1, tiles[b][r]);
    }
  }

  /** Returns how many units were here before unit {@code j} was added, or −1. */
  int place(int j) {
    return place[j];
  }

  /** As {@link Counts#gather}, where all the units are here. */
  void gather(int unit, int[] units, int n, int[] out) {
    CountMatrix[] beside = tiles[place[unit] / TILE];
    if (row.length < tiles.length * TILE) {
      row = new int[tiles.length * TILE];
    }
    for (int b = 0; b < beside.length; b++) {
      beside[b].row(place[unit] % TILE, row, b * TILE);
    }
    for (int i = 0; i < n; i++) {
      out[i] += row[place[units[i]]];
    }
  }

  private void grow(int side) {
    int old = tiles.length;
    if (side > old) {
      tiles = Arrays.copyOf(tiles, side);
      for (int row = 0; row < side; row++) {
        tiles[row] = row < old ? Arrays.copyOf(tiles[row], side) : new CountMatrix[side];
        for (int column = row < old ? old : 0; column < side; column++) {
          tiles[row][column] = free.take(wide);
        }
      }
    }
  }
}
