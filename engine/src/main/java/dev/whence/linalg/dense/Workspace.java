package dev.whence.linalg.dense;

import org.jspecify.annotations.Nullable;

/**
 * Memory in which {@link DenseKernels#descend} works, kept from step to step; used by one thread.
 */
public final class Workspace {

  private final int batch;
  private final int outputs;

  /** Gradients of the outputs by strip, [strips][count][16]. */
  private final float[] strips;

  /** Some inputs of each row, side by side: in {@link LiveGradient} a band of 64. */
  final float[] band;

  /** Gradient of the weights from a band of inputs to a strip of outputs: [16, 64]. */
  final float[] sums = new float[Strips.WIDTH * LiveGradient.BAND];

  /** Gradient of the weights from some inputs to a strip of outputs: [inputs, 16]. */
  final float[] gradient = new float[sums.length];

  private @Nullable LiveRows live;

  /** Makes room for minibatches of {@code batch} rows and layers of {@code outputs} outputs. */
  public Workspace(int batch, int outputs) {
    this.batch = batch;
    this.outputs = Strips.pad(outputs);
    strips = new float[Math.multiplyExact(batch, this.outputs)];
    band = new float[LiveGradient.LEAD + Math.multiplyExact(batch, LiveGradient.BAND)];
  }

  /**
   * Returns the gradients dz of the outputs, [count, stride], by strip: [n][count][16].
   *
   * @param n number of strips
   */
  float[] byStrip(float[] dz, int stride, int count, int n) {
    for (int p = 0; p < n; p++) {
      for (int i = 0; i < count; i++) {
        int to = (p * count + i) * Strips.WIDTH;
        System.arraycopy(dz, i * stride + p * Strips.WIDTH, strips, to, Strips.WIDTH);
      }
    }
    return strips;
  }

  /** Returns the lists of live rows, made at the first call: only vector kernels use them. */
  LiveRows live() {
    if (live == null) {
      live = new LiveRows(outputs, batch);
    }
    return live;
  }
}
