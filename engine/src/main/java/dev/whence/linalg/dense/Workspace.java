package dev.whence.linalg.dense;

import org.jspecify.annotations.Nullable;

/**
 * Working memory of {@link DenseKernels#descend}, kept from step to step; used by one thread at a
 * time.
 */
public final class Workspace {

  private final int batch;
  private final int outputs;

  /** Gradients of a layer's outputs by strip of 16 outputs, [strips][count][16]. */
  private final float[] strips;

  /**
   * Some inputs of each row of the minibatch, side by side: in {@link LiveGradient} a band of 64
   * inputs, in {@link Vector256DenseKernels} 8 inputs.
   */
  final float[] band;

  /**
   * Gradient of the weights from a band of 64 inputs to a strip of 16 outputs: [16 outputs, 64
   * inputs].
   */
  final float[] sums = new float[Strips.WIDTH * LiveGradient.BAND];

  /**
   * Gradient of the weights from up to 64 inputs to a strip of 16 outputs: [inputs, 16 outputs].
   */
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
   * Returns the gradients dz of a layer's outputs, row-major [count, stride], copied by strip of 16
   * outputs: [n][count][16], in memory that the next call overwrites.
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

  /**
   * Returns the lists of live rows, made at the first call, because only vector kernels use them.
   */
  LiveRows live() {
    if (live == null) {
      live = new LiveRows(outputs, batch);
    }
    return live;
  }
}
