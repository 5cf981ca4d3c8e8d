package dev.whence.linalg.dense;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * The kernels of a layer of 3 × 3 convolution, ReLU and 2 × 2 maximum, one example at a time; see
 * {@link ConvShape} for the layouts.
 *
 * <p>Values that the maximum discards are never stored: {@link #forward} records which pixel of a
 * window is greatest, its winner, and only winners above 0, live winners, carry a gradient: a
 * quarter of the pixels at most. As in {@link DenseKernels} every element is one chain of fused
 * multiply-adds in the order of {@link ScalarConvKernels}, so that all implementations give the
 * same bits.
 */
public sealed interface ConvKernels permits ScalarConvKernels, Vector256ConvKernels {

  /** Entry of {@code winners} for a window whose maximum is not above 0. */
  int DEAD = -1;

  /** Returns the name by which this implementation is shown. */
  String name();

  /**
   * Computes the output of one example and its winners.
   *
   * @param x inputs; the example's input begins at index {@code xAt}
   * @param w weights, [taps, outputs]
   * @param bias [outputs]
   * @param y outputs; the example's output begins at index {@code yAt}; its border is not written
   * @param winners [pooledHeight][pooledWidth][outputs] from {@code winnersAt}: the number of the
   *     window's greatest pixel, 0 … 3 row by row (of equal pixels the first), or {@link #DEAD}
   */
  void forward(
      ConvShape shape,
      float[] x,
      int xAt,
      Strips w,
      float[] bias,
      float[] y,
      int yAt,
      int[] winners,
      int winnersAt);

  /**
   * Adds the gradient of the biases to {@code gradient}: for each channel the sum of {@code dy}
   * over the windows with a live winner.
   *
   * @param dy gradient of the outputs, in their layout, from {@code dyAt}
   * @param gradient [outputs]
   */
  void biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient);

  /**
   * Adds the gradient of the weights to {@code gradient}, for a layer whose input has few channels.
   *
   * @param dy gradient of the outputs, in their layout, from {@code dyAt}
   * @param gradient in the layout of the weights
   */
  void weightGradient(
      ConvShape shape,
      float[] x,
      int xAt,
      float[] dy,
      int dyAt,
      int[] winners,
      int winnersAt,
      Strips gradient);

  /**
   * Adds the gradient of one output channel's filter to {@code gradient}: {@code Σ value·patch}
   * over the channel's live winners.
   *
   * @param shape of the layer; its inputs are a multiple of {@link Strips#WIDTH}
   * @param live the channel's live winners: where their patches begin, counted from {@code xAt},
   *     and their gradients
   * @param gradient [taps] from {@code at}
   */
  void filterGradient(
      ConvShape shape, float[] x, int xAt, LiveWinners live, float[] gradient, int at);

  /**
   * Adds the gradient of the input to {@code dx}: each live winner of each channel adds {@code
   * value·filter} to its patch, where value is the winner's element of {@code dy}.
   *
   * @param shape of the layer; its inputs are a multiple of {@link Strips#WIDTH}
   * @param filters [outputs][taps]
   * @param dx in the layout of an input
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
