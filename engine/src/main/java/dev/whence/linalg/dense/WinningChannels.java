package dev.whence.linalg.dense;

/**
 * The output channels of one window of 2 × 2 pixels in lists, a list for each pixel: entries {@link
 * #start} … {@link #end} − 1 are the channels that have their maximum, above 0, at the pixel, in
 * the order of the channels. The dead channels, without a maximum above 0, have a list too.
 */
final class WinningChannels {

  private final int outputs;
  private final int taps;

  /**
   * For each entry of a list, the index of the first weight of the channel's filter in the array of
   * filters, [output channels][taps].
   */
  final int[] filters;

  /** For each entry of a list, the gradient of the window's output in the entry's channel. */
  final float[] values;

  /**
   * Index after the last entry of each list: first the list of the dead channels, whose maximum is
   * not above 0, then the lists of pixels 0 … 3.
   */
  private final int[] ends = new int[5];

  WinningChannels(ConvShape shape) {
    outputs = shape.outputs();
    taps = shape.taps();
    filters = new int[5 * outputs];
    values = new float[5 * outputs];
  }

  /**
   * Sorts the channels of one window into the lists, instead of the window before.
   *
   * @param dy gradients of outputs; the gradients of the window's channels begin at index {@code
   *     dyAt}
   * @param winners winners of windows; the winners of the window's channels begin at {@code
   *     winnersAt}
   */
  void collect(float[] dy, int dyAt, int[] winners, int winnersAt) {
    for (int list = 0; list < ends.length; list++) {
      ends[list] = list * outputs;
    }
    // No branch on purpose: which pixel wins is unpredictable, and a mispredicted branch costs
    // more.
    for (int o = 0; o < outputs; o++) {
      int entry = ends[winners[winnersAt + o] + 1]++;
      filters[entry] = o * taps;
      values[entry] = dy[dyAt + o];
    }
  }

  /**
   * Returns the index of the first entry of the channels that have their maximum at {@code pixel}.
   */
  int start(int pixel) {
    return (pixel + 1) * outputs;
  }

  /**
   * Returns the index after the last entry of the channels that have their maximum at {@code
   * pixel}.
   */
  int end(int pixel) {
    return ends[pixel + 1];
  }
}
