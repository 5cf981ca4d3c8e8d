package dev.whence.linalg.dense;

/**
 * The channels of one window, sorted by the pixel at which each has its maximum: those of pixel p
 * are entries {@link #start} … {@link #end}, in the order of the channels.
 */
final class WinningChannels {

  private final int outputs;
  private final int taps;

  /** Where each entry's filter starts. */
  final int[] filters;

  /** The gradient that arrives at each entry. */
  final float[] values;

  /** Ends of the lists: of the dead channels, then of those of each pixel. */
  private final int[] ends = new int[5];

  WinningChannels(ConvShape shape) {
    outputs = shape.outputs();
    taps = shape.taps();
    filters = new int[5 * outputs];
    values = new float[5 * outputs];
  }

  /** Sorts the channels of the window whose gradients and winners are given. */
  void collect(float[] dy, int dyAt, int[] winners, int winnersAt) {
    for (int list = 0; list < ends.length; list++) {
      ends[list] = list * outputs;
    }
    // Which pixel wins is as good as random: no branch.
    for (int o = 0; o < outputs; o++) {
      int entry = ends[winners[winnersAt + o] + 1]++;
      filters[entry] = o * taps;
      values[entry] = dy[dyAt + o];
    }
  }

  int start(int pixel) {
    return (pixel + 1) * outputs;
  }

  int end(int pixel) {
    return ends[pixel + 1];
  }
}
