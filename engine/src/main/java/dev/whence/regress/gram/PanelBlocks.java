package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;

/** Blocks of a panel's rows, each of which fits the second-level cache. */
final class PanelBlocks {

  /** Rows of a block: 512 KiB of counts of 16 bits. */
  static final int SIZE = 4096;

  private PanelBlocks() {}

  /** Returns how many blocks the rows of d units are. */
  static int count(int units) {
    return Math.ceilDiv(units, SIZE);
  }

  /**
   * Reads block {@code b} of a panel in order, where enough of its rows are requested.
   *
   * @param requests number of requested rows in the block
   * @param stride rows are read in order when more than 1/stride of them are requested
   */
  static void touch(CountMatrix matrix, int panel, int b, int requests, int stride) {
    int from = b * SIZE;
    int to = Math.min(from + SIZE, matrix.units());
    if (requests > (to - from) / stride) {
      matrix.touch(panel, from, to);
    }
  }
}
