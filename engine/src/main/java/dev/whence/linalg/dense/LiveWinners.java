package dev.whence.linalg.dense;

/**
 * The live winners of one output channel of a convolution: for each window of 2 × 2 pixels whose
 * maximum is above 0, the index in the input of the first float of the winner's patch, the 3 × 3
 * pixels from which the winner was computed, and the winner's gradient.
 *
 * <p>One object serves one thread, filled again for each channel.
 */
public final class LiveWinners {

  private final int[] pixels;

  /**
   * Index of the first float of each live winner's patch, counted from the start of one example's
   * input.
   */
  final int[] patches;

  /** Gradient of each live winner, in the order of {@link #patches}. */
  final float[] values;

  /** Number of live winners: the entries of {@link #patches} and {@link #values} in use. */
  int count;

  /** Makes room for the windows of one output channel of a layer of the given shape. */
  public LiveWinners(ConvShape shape) {
    pixels = shape.pixels();
    patches = new int[shape.pooledHeight() * shape.pooledWidth() + 1];
    values = new float[patches.length];
  }

  /**
   * Collects the live winners of output channel {@code channel} in one example, instead of those
   * collected before.
   *
   * @param dy gradient of the layer's outputs; the example's gradient begins at index {@code dyAt}
   * @param winners as {@link ConvKernels#forward} writes them, from index {@code winnersAt}
   */
  public void collect(
      ConvShape shape, int channel, float[] dy, int dyAt, int[] winners, int winnersAt) {
    count = 0;
    int winner = winnersAt + channel;
    for (int i = 0; i < shape.pooledHeight(); i++) {
      int from = dyAt + shape.pooled(i, 0) + channel;
      int patch = shape.window(i, 0);
      for (int j = 0; j < shape.pooledWidth(); j++) {
        // No branch on purpose: whether a winner is live is unpredictable, and a mispredicted
        // branch costs more than a store that the next winner overwrites.
        int pixel = winners[winner];
        int alive = (pixel >>> 31) ^ 1;
        patches[count] = patch + pixels[pixel & 3];
        values[count] = dy[from];
        count += alive;
        winner += shape.outputs();
        from += shape.outputs();
        patch += 2 * shape.inputs();
      }
    }
  }
}
