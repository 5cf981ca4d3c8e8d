package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;

/** Bands of a panel's rows, each of which fits in the second-level cache. */
final class PanelBands {

  /** Rows of a band: 512 KiB of counts of 16 bits. */
  static final int SIZE = 4096;

  private PanelBands() {}

  /** Returns the number of bands of d rows. */
  static int count(int units) {
    return Math.ceilDiv(units, SIZE);
  }

  /**
   * Reads band {@code b} of a panel in order, if enough of its rows are requested.
   *
   * @param requests number of requested rows in the band
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
