package dev.whence.linalg.dense;

/**
 * The shape of a convolution of 3 × 3 with padding 1, followed by a 2 × 2 maximum.
 *
 * <p>The input is [height + 2][width + 2][inputs] with a border of zeros; the output is [height / 2
 * + 2·border][width / 2 + 2·border][outputs], so that an output with a border of 1 is an input of
 * the next layer. An odd last row or column is in no window, as in PyTorch.
 *
 * @param height rows of pixels of the input, without the border
 * @param width columns of pixels of the input, without the border
 * @param inputs channels of the input
 * @param outputs channels of the output, a multiple of {@link Strips#WIDTH}
 * @param border pixels of zeros around the output, 0 or 1
 */
public record ConvShape(int height, int width, int inputs, int outputs, int border) {

  public ConvShape {
    if (height < 2 || width < 2 || inputs < 1 || outputs % Strips.WIDTH != 0) {
      throw new IllegalArgumentException(
          "expected at least 2 x 2 pixels and outputs in sixteens, found %d x %d, %d outputs"
              .formatted(height, width, outputs));
    }
  }

  /** Returns the number of rows of the output, without its border. */
  public int pooledHeight() {
    return height / 2;
  }

  /** Returns the number of columns of the output, without its border. */
  public int pooledWidth() {
    return width / 2;
  }

  /** Returns the number of floats from one row of the input to the next. */
  public int inputRow() {
    return (width + 2) * inputs;
  }

  /** Returns the number of floats of an input, border included. */
  public int inputSize() {
    return (height + 2) * inputRow();
  }

  /** Returns the number of floats of an output, border included. */
  public int outputSize() {
    return (pooledHeight() + 2 * border) * (pooledWidth() + 2 * border) * outputs;
  }

  /** Returns the number of windows times channels: the values of an output without its border. */
  public int winners() {
    return pooledHeight() * pooledWidth() * outputs;
  }

  /** Returns the number of weights of an output channel: rows × columns × inputs of its filter. */
  public int taps() {
    return 9 * inputs;
  }

  /** Returns the index in an input at which the 4 × 4 pixels under window (i, j) begin. */
  public int window(int i, int j) {
    return 2 * i * inputRow() + 2 * j * inputs;
  }

  /** Returns the index in an output at which the channels of window (i, j) begin. */
  public int pooled(int i, int j) {
    return ((i + border) * (pooledWidth() + 2 * border) + j + border) * outputs;
  }

  /**
   * Returns the distance in floats of each of a window's four pixels from the first pixel, row by
   * row.
   */
  public int[] pixels() {
    return new int[] {0, inputs, inputRow(), inputRow() + inputs};
  }

  /**
   * Returns the distance in floats of each tap of a filter from the beginning of a pixel's patch,
   * the 3 × 3 pixels under the filter.
   */
  public int[] tapOffsets() {
    int[] offsets = new int[taps()];
    for (int t = 0; t < offsets.length; t++) {
      offsets[t] = t / (3 * inputs) * inputRow() + t % (3 * inputs);
    }
    return offsets;
  }
}
