package dev.whence.linalg;

/** What {@link DenseKernels#descend} works in, kept from step to step; one thread's. */
public final class Workspace {

  /** Gradients of outputs by panel, [panels][count][16]. */
  final float[] panels;

  final LiveRows live;

  /** Some inputs of each row. */
  final float[] tile;

  /** A tile of a gradient, output by output and input by input. */
  final float[] sums = new float[Panels.WIDTH * LiveGradient.TILE];

  final float[] gradient = new float[sums.length];

  /** Makes room for minibatches of {@code batch} rows and layers of {@code outputs} outputs. */
  public Workspace(int batch, int outputs) {
    int padded = Panels.pad(outputs);
    panels = new float[Math.multiplyExact(batch, padded)];
    live = new LiveRows(padded, batch);
    tile = new float[LiveGradient.LEAD + Math.multiplyExact(batch, LiveGradient.TILE)];
  }
}
