package dev.whence.linalg.dense;

/**
 * The shape of a layer of 3 × 3 convolution with padding 1, followed by a 2 × 2 maximum, and the
 * layouts of one example's input and output.
 *
 * <p>The input is [height + 2][width + 2][inputs] with a border of zeros one pixel wide; the output
 * is [height / 2 + 2·border][width / 2 + 2·border][outputs], so that an output with a border of 1
 * is an input of the next layer. A window is the 2 × 2 pixels of the convolution that the maximum
 * makes one pixel of the output. An odd last row or column of pixels is in no window, as in
 * PyTorch.
 *
 * @param height rows of pixels of the input, without the border
 * @param width columns of pixels of the input, without the border
 * @param inputs number of channels of the input
 * @param outputs number of channels of the output, a multiple of {@link Strips#WIDTH}
 * @param border width of the border of zeros around the output in pixels, 0 or 1
 */
public record ConvShape(int height, int width, int inputs, int outputs, int border) {

  public ConvShape {
    if (height < 2 || width < 2 || inputs < 1 || outputs % Strips.WIDTH != 0) {
      throw new IllegalArgumentException(
          "expected at least 2 x 2 pixels and outputs in sixteens, found %d x %d, %d outputs"
              .formatted(height, width, outputs));
    }
  }

  /** Returns the number of rows of pixels of the output, without its border. */
  public int pooledHeight() {
    return height / 2;
  }

  /** Returns the number of columns of pixels of the output, without its border. */
  public int pooledWidth() {
    return width / 2;
  }

  /** Returns the number of floats from the start of one row of pixels of the input to the next. */
  public int inputRow() {
    return (width + 2) * inputs;
  }

  /** Returns the number of floats of one example's input, border included. */
  public int inputSize() {
    return (height + 2) * inputRow();
  }

  /** Returns the number of floats of one example's output, border included. */
  public int outputSize() {
    return (pooledHeight() + 2 * border) * (pooledWidth() + 2 * border) * outputs;
  }

  /** Returns the number of windows times the number of output channels: one example's winners. */
  public int winners() {
    return pooledHeight() * pooledWidth() * outputs;
  }

  /**
   * Returns the number of weights of one output channel, its taps: 3 × 3 pixels × input channels.
   */
  public int taps() {
    return 9 * inputs;
  }

  /**
   * Returns the index, in floats from the start of one example's input with its border, of the top
   * left of the 4 × 4 pixels from which the output's pixel (i, j) is computed.
   */
  public int window(int i, int j) {
    return 2 * i * inputRow() + 2 * j * inputs;
  }

  /**
   * Returns the index, in floats from the start of one example's output with its border, of the
   * first channel of the output's pixel (i, j), where (0, 0) is the first pixel inside the border.
   */
  public int pooled(int i, int j) {
    return ((i + border) * (pooledWidth() + 2 * border) + j + border) * outputs;
  }

  /**
   * Returns the distance in floats, in the input, from the patch of a window's first pixel to the
   * patch of each of the window's four pixels, row by row: [4]. A patch is the 3 × 3 pixels of the
   * input from which a pixel of the convolution is computed.
   */
  public int[] pixels() {
    return new int[] {0, inputs, inputRow(), inputRow() + inputs};
  }

  /**
   * Returns the distance in floats, in the input, from the start of a patch of 3 × 3 pixels to the
   * value that each tap of a filter multiplies: [taps].
   */
  public int[] tapOffsets() {
    int[] offsets = new int[taps()];
    for (int t = 0; t < offsets.length; t++) {
      offsets[t] = t / (3 * inputs) * inputRow() + t % (3 * inputs);
    }
    return offsets;
  }
}
