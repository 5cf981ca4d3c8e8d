package dev.whence.linalg;

import static dev.whence.linalg.Panels.WIDTH;

/**
 * The rows of a minibatch in which an output's gradient is not 0, output by output: behind ReLU a
 * quarter or half of them.
 *
 * <p>One object serves one thread.
 */
final class LiveRows {

  private final int room;
  final int[] rows;
  final float[] values;
  private final int[] ends;

  /** Makes room for {@code outputs} outputs of up to {@code batch} rows. */
  LiveRows(int outputs, int batch) {
    room = batch + 1;
    rows = new int[Math.multiplyExact(outputs, room)];
    values = new float[rows.length];
    ends = new int[outputs];
  }

  /** Returns where the rows of {@code output} start. */
  int start(int output) {
    return output * room;
  }

  /** Returns where they end. */
  int end(int output) {
    return ends[output];
  }

  /**
   * Collects the live rows of each output; returns how many there are in all.
   *
   * @param dz gradients of outputs by panel, [panels][count][16]
   */
  int collect(float[] dz, int count, int panels) {
    int total = 0;
    for (int output = 0; output < panels * WIDTH; output++) {
      int at = start(output);
      int from = output / WIDTH * count * WIDTH + output % WIDTH;
      for (int i = 0; i < count; i++) {
        // Which rows live is as good as random: no branch.
        float value = dz[from + i * WIDTH];
        rows[at] = i;
        values[at] = value;
        int magnitude = Float.floatToRawIntBits(value) << 1;
        at += (magnitude | -magnitude) >>> 31;
      }
      ends[output] = at;
      total += at - start(output);
    }
    return total;
  }
}
