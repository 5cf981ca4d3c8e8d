package dev.whence.linalg.dense;

/**
 * The channels of one window in lists, a list for each pixel: entries {@link #start} … {@link #end}
 * are the channels that have their maximum, above 0, at the pixel, in the order of the channels.
 */
final class WinningChannels {

  private final int outputs;
  private final int taps;

  /** Index at which the filter of each entry's channel starts. */
  final int[] filters;

  /** Gradient of the output of each entry's channel. */
  final float[] values;

  /** End of the list of the dead channels, then ends of the lists of the channels of each pixel. */
  private final int[] ends = new int[5];

  WinningChannels(ConvShape shape) {
    outputs = shape.outputs();
    taps = shape.taps();
    filters = new int[5 * outputs];
    values = new float[5 * outputs];
  }

  /**
   * Sorts the channels of the window whose gradients begin at {@code dyAt} and winners at {@code
   * winnersAt}.
   */
  void collect(float[] dy, int dyAt, int[] winners, int winnersAt) {
    for (int list = 0; list < ends.length; list++) {
      ends[list] = list * outputs;
    }
    // No branch on purpose: the pixel is unpredictable, and a mispredicted branch costs more.
    for (int o = 0; o < outputs; o++) {
      int entry = ends[winners[winnersAt + o] + 1]++;
      filters[entry] = o * taps;
      values[entry] = dy[dyAt + o];
    }
  }

  /** Returns the first entry of the channels that have their maximum at {@code pixel}. */
  int start(int pixel) {
    return (pixel + 1) * outputs;
  }

  /** Returns the end of the entries of {@code pixel}. */
  int end(int pixel) {
    return ends[pixel + 1];
  }
}
