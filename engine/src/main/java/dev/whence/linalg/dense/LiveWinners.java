package dev.whence.linalg.dense;

/**
 * The windows of one channel whose maximum is above 0: where the winner's patch lies in the input,
 * and the gradient that arrives there.
 *
 * <p>One object serves one thread, filled again for each channel.
 */
public final class LiveWinners {

  private final int[] pixels;
  final int[] patches;
  final float[] values;
  int count;

  /** Makes room for the windows of a layer. */
  public LiveWinners(ConvShape shape) {
    pixels = shape.pixels();
    patches = new int[shape.pooledHeight() * shape.pooledWidth() + 1];
    values = new float[patches.length];
  }

  /** Collects the live windows of {@code channel}. */
  public void collect(
      ConvShape shape, int channel, float[] dy, int dyAt, int[] winners, int winnersAt) {
    count = 0;
    int winner = winnersAt + channel;
    for (int i = 0; i < shape.pooledHeight(); i++) {
      int from = dyAt + shape.pooled(i, 0) + channel;
      int patch = shape.window(i, 0);
      for (int j = 0; j < shape.pooledWidth(); j++) {
        // No branch on purpose: its outcome is unpredictable, and a mispredicted one costs more.
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
