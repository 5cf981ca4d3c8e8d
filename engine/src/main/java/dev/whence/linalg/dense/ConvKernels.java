package dev.whence.linalg.dense;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * The kernels of a layer of 3 × 3 convolution, ReLU and 2 × 2 maximum, one example at a time;
 * {@link ConvShape} gives the layouts of the arrays.
 *
 * <p>Values that the maximum discards are never stored: {@link #forward} records for each window of
 * 2 × 2 pixels and each output channel which pixel is greatest, the winner. Only winners above 0,
 * live winners, carry a gradient: a quarter of the pixels at most. As in {@link DenseKernels} every
 * element is one chain of fused multiply-adds in the order of {@link ScalarConvKernels}, so that
 * all implementations give the same bits.
 */
public sealed interface ConvKernels permits ScalarConvKernels, Vector256ConvKernels {

  /** Value in {@code winners} of a window and output channel whose maximum is not above 0. */
  int DEAD = -1;

  /** Returns the name by which this implementation is shown in messages and benchmarks. */
  String name();

  /**
   * Computes one example's output, and the winner of each window and output channel.
   *
   * @param x inputs of the layer; the example's input begins at index {@code xAt}
   * @param w weights, [taps, output channels]; a tap is one of the 3 × 3 pixels in one input
   *     channel
   * @param bias [output channels]
   * @param y outputs of the layer; the example's output begins at index {@code yAt}; the border of
   *     the output is not written
   * @param winners [pooledHeight][pooledWidth][output channels] from index {@code winnersAt}: the
   *     number of the window's greatest pixel, 0 … 3 row by row (of equal pixels the first), or
   *     {@link #DEAD}
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
   * Adds one example's gradient of the biases to {@code gradient}: for each output channel the sum
   * of {@code dy} over the windows whose winner is live, that is above 0.
   *
   * @param dy gradient of the layer's outputs, laid out as {@link ConvShape} lays out an output;
   *     the example's gradient begins at index {@code dyAt}
   * @param winners as {@link #forward} writes them, from index {@code winnersAt}
   * @param gradient [output channels]
   */
  void biasGradient(
      ConvShape shape, float[] dy, int dyAt, int[] winners, int winnersAt, float[] gradient);

  /**
   * Adds one example's gradient of the weights to {@code gradient}; for a layer whose input has few
   * channels.
   *
   * @param x inputs of the layer; the example's input begins at index {@code xAt}
   * @param dy gradient of the layer's outputs, laid out as {@link ConvShape} lays out an output;
   *     the example's gradient begins at index {@code dyAt}
   * @param winners as {@link #forward} writes them, from index {@code winnersAt}
   * @param gradient [taps, output channels], as the weights
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
   * Adds one example's gradient of the weights of one output channel, its filter, to {@code
   * gradient}: the sum of {@code value·patch} over the channel's live winners, where value is a
   * winner's gradient and patch the 3 × 3 pixels of the input under the winner.
   *
   * @param shape shape of the layer; the number of input channels is a multiple of {@link
   *     Strips#WIDTH}
   * @param x inputs of the layer; the example's input begins at index {@code xAt}
   * @param live the channel's live winners: the index at which each winner's patch begins, counted
   *     from {@code xAt}, and the gradient of each winner
   * @param gradient [taps] from index {@code at}
   */
  void filterGradient(
      ConvShape shape, float[] x, int xAt, LiveWinners live, float[] gradient, int at);

  /**
   * Adds one example's gradient of the layer's input to {@code dx}: each live winner of each output
   * channel adds {@code value·filter} to its patch of 3 × 3 pixels, where value is the winner's
   * element of {@code dy} and filter the channel's weights.
   *
   * @param shape shape of the layer; the number of input channels is a multiple of {@link
   *     Strips#WIDTH}
   * @param dy gradient of the layer's outputs; the example's gradient begins at index {@code dyAt}
   * @param winners as {@link #forward} writes them, from index {@code winnersAt}
   * @param filters the weights as [output channels][taps]
   * @param dx gradient of one example's input, with the border, laid out as {@link ConvShape} lays
   *     out an input; added to
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

  /**
   * Returns the implementation for this machine: on vectors, unless the machine has none of 256
   * bits or more or a system property forces scalar kernels.
   */
  static ConvKernels create() {
    return KernelChoice.vectors() ? available().getLast() : new ScalarConvKernels();
  }
}
