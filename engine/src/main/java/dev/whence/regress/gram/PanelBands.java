package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;

/** Cuts the d rows of a panel of G into bands, each of which fits in the second-level cache. */
final class PanelBands {

  /** Rows of a band of a panel: 4,096 rows of 64 counts of 16 bits are 512 KiB. */
  static final int SIZE = 4096;

  private PanelBands() {}

  /** Returns the number of bands of a panel with {@code units} rows. */
  static int count(int units) {
    return Math.ceilDiv(units, SIZE);
  }

  /**
   * Reads band {@code b} of a panel in order, so that later reads out of order find it in a near
   * cache, if enough rows are requested.
   *
   * @param matrix matrix that has the panel
   * @param panel number of the panel of 64 columns
   * @param requests number of requests for rows of the band; several may be for the same row
   * @param stride the band is read when requests are more than 1/stride of its rows
   */
  static void touch(CountMatrix matrix, int panel, int b, int requests, int stride) {
    int from = b * SIZE;
    int to = Math.min(from + SIZE, matrix.units());
    if (requests > (to - from) / stride) {
      matrix.touch(panel, from, to);
    }
  }
}
