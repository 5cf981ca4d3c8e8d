package dev.whence.linalg.dense;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * The kernels of a layer of 3 × 3 convolution, ReLU and 2 × 2 maximum, one example at a time; see
 * {@link ConvShape} for the layouts.
 *
 * <p>What the maximum discards is never stored: forward keeps which pixel of a window won, and only
 * winners above 0 carry a gradient, a quarter of the pixels at most. As in {@link DenseKernels}
 * every element is one chain of fused multiply-adds in the order of {@link ScalarConvKernels}, so
 * that all implementations give the same bits.
 */
public sealed interface ConvKernels permits ScalarConvKernels, Vector256ConvKernels {

  /** What {@code winners} holds where a window's maximum is not above 0. */
  int DEAD = -1;

  /** Returns the name by which this implementation is shown. */
  String name();

  /**
   * Computes an output and its winners.
   *
   * @param x inputs, this example's from {@code xAt}
   * @param w [taps, outputs]
   * @param bias [outputs]
   * @param y outputs, this example's from {@code yAt}; its border is not written
   * @param winners [pooledHeight][pooledWidth][outputs] from {@code winnersAt}: 0 … 3 for the pixel
   *     of the window, row by row, that is greatest (of equals the first), or {@link #DEAD}
   */
  void forward(
      ConvShape shape,
      float[] x,
      int xAt,
      Panels w,
      float[] bias,
      float[] y,
      int yAt,
      int[] winners,
      int winnersAt);

  /**
   * Adds to {@code gradient} that of the biases: the sum over live windows.
   *
   * @param dy gradient of the outputs, laid out as they are, from {@code dyAt}
   * @param gradient [outputs]
   */
  void biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient);

  /**
   * Adds to {@code gradient} that of the weights, for a layer whose inputs are few channels.
   *
   * @param dy gradient of the outputs, laid out as they are, from {@code dyAt}
   * @param gradient laid out as the weights are
   */
  void weightGradient(
      ConvShape shape,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      Panels gradient);

  /**
   * Adds to a channel's filter its gradient: {@code Σ value·patch} over its live winners.
   *
   * @param shape inputs are a multiple of {@link Panels#WIDTH}
   * @param live the patches of {@code x}, from {@code xAt}, and their gradients
   * @param gradient [taps] from {@code at}
   */
  void filterGradient(
      ConvShape shape, float[] x, int xAt, LiveWinners live, float[] gradient, int at);

  /**
   * Adds to {@code dx} what the live winners of all channels pass on: {@code value·filter} to the
   * winner's patch.
   *
   * @param shape inputs are a multiple of {@link Panels#WIDTH}
   * @param filters [outputs][taps]
   * @param dx laid out as an input
   */
  void inputGradient(
      ConvShape shape,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      float[] filters,
      float[] dx);

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<ConvKernels> available() {
    return KernelChoice.vectorModulePresent()
        ? VectorProvider.convolutions()
        : List.of(new ScalarConvKernels());
  }

  /** Returns the implementation for this machine: vectors, unless scalar kernels are forced. */
  static ConvKernels create() {
    return KernelChoice.vectors() ? available().getLast() : new ScalarConvKernels();
  }
}
