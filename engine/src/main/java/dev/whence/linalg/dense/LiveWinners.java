package dev.whence.linalg.dense;

/**
 * The live winners of one channel: for each window whose maximum is above 0, the index in the input
 * at which the winner's patch begins, and the winner's gradient.
 *
 * <p>One object serves one thread, filled again for each channel.
 */
public final class LiveWinners {

  private final int[] pixels;

  /** Index in the input at which the patch of each live winner begins. */
  final int[] patches;

  /** Gradient of each live winner. */
  final float[] values;

  /** Number of live winners. */
  int count;

  /** Makes room for the windows of a layer of the given shape. */
  public LiveWinners(ConvShape shape) {
    pixels = shape.pixels();
    patches = new int[shape.pooledHeight() * shape.pooledWidth() + 1];
    values = new float[patches.length];
  }

  /** Collects the live winners of {@code channel}. */
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
