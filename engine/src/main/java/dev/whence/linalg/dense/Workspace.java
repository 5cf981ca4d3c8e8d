package dev.whence.linalg.dense;

import org.jspecify.annotations.Nullable;

/** What {@link DenseKernels#descend} works in, kept from step to step; one thread's. */
public final class Workspace {

  private final int batch;
  private final int outputs;

  private final float[] panels;

  /** Some inputs of each row. */
  final float[] tile;

  /** A tile of a gradient, output by output and input by input. */
  final float[] sums = new float[Panels.WIDTH * LiveGradient.TILE];

  final float[] gradient = new float[sums.length];

  private @Nullable LiveRows live;

  /** Makes room for minibatches of {@code batch} rows and layers of {@code outputs} outputs. */
  public Workspace(int batch, int outputs) {
    this.batch = batch;
    this.outputs = Panels.pad(outputs);
    panels = new float[Math.multiplyExact(batch, this.outputs)];
    tile = new float[LiveGradient.LEAD + Math.multiplyExact(batch, LiveGradient.TILE)];
  }

  /** Returns the outputs' gradients dz, [count, stride], by panel: [panels][count][16]. */
  float[] byPanel(float[] dz, int stride, int count, int n) {
    for (int p = 0; p < n; p++) {
      for (int i = 0; i < count; i++) {
        int to = (p * count + i) * Panels.WIDTH;
        System.arraycopy(dz, i * stride + p * Panels.WIDTH, panels, to, Panels.WIDTH);
      }
    }
    return panels;
  }

  /** Returns the lists of live rows, which only kernels on vectors have. */
  LiveRows live() {
    if (live == null) {
      live = new LiveRows(outputs, batch);
    }
    return live;
  }
}
