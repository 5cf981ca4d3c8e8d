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

  private final Gram gram;
  private final boolean wide;
  private final Tiles free;
  private CountMatrix[][] tiles = new CountMatrix[0][];

  SubGram(Gram gram, Tiles free) {
    this.gram = gram;
    this.free = free;
    wide = gram.matrices().size() > 1 || gram.matrices().getFirst().wide();
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

  /**
   * Adds units.
   *
   * @param variables all units, those that are here already first
   * @param from how many are here
   * @param to how many are to be
   */
  void extend(int[] variables, int from, int to) {
    grow(Math.ceilDiv(to, TILE));
    for (int k = from; k < to; k++) {
      int[] column = new int[k];
      gram.gather(variables[k], variables, k, column);
      int last = k / TILE;
      tiles[last][last].set(k % TILE, k % TILE, 0); // a tile that was used elsewhere before
      for (int b = 0; b <= last; b++) {
        int n = Math.min(TILE, k - b * TILE);
        tiles[b][last].setColumn(k % TILE, column, b * TILE, n);
        tiles[last][b].setRow(k % TILE, column, b * TILE, n);
      }
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
