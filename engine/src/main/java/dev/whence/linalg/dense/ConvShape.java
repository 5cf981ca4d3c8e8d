package dev.whence.linalg.dense;

/**
 * The shape of a convolution of 3 × 3 with padding 1, followed by a 2 × 2 maximum.
 *
 * <p>Its input is [height + 2][width + 2][inputs] with a border of zeros; its output is [height / 2
 * + 2·border][width / 2 + 2·border][outputs], so that a border of 1 makes it the next one's input.
 * An odd last row or column is in no window, as in PyTorch.
 *
 * @param height of the input without its border
 * @param width of the input without its border
 * @param inputs channels of the input
 * @param outputs channels of the output, a multiple of {@link Panels#WIDTH}
 * @param border pixels of zeros around the output, 0 or 1
 */
public record ConvShape(int height, int width, int inputs, int outputs, int border) {

  public ConvShape {
    if (height < 2 || width < 2 || inputs < 1 || outputs % Panels.WIDTH != 0) {
      throw new IllegalArgumentException(
          "expected at least 2 x 2 pixels and outputs in sixteens, found %d x %d, %d outputs"
              .formatted(height, width, outputs));
    }
  }

  /** Returns rows of the output, without its border. */
  public int pooledHeight() {
    return height / 2;
  }

  /** Returns columns of the output, without its border. */
  public int pooledWidth() {
    return width / 2;
  }

  /** Returns floats from one row of the input to the next. */
  public int inputRow() {
    return (width + 2) * inputs;
  }

  /** Returns floats of an input. */
  public int inputSize() {
    return (height + 2) * inputRow();
  }

  /** Returns floats of an output. */
  public int outputSize() {
    return (pooledHeight() + 2 * border) * (pooledWidth() + 2 * border) * outputs;
  }

  /** Returns windows times channels: the values of an output that are not border. */
  public int winners() {
    return pooledHeight() * pooledWidth() * outputs;
  }

  /** Returns weights of one output channel: rows × columns × inputs of its filter. */
  public int taps() {
    return 9 * inputs;
  }

  /** Returns where in an input the 4 × 4 pixels of window (i, j) begin. */
  public int window(int i, int j) {
    return 2 * i * inputRow() + 2 * j * inputs;
  }

  /** Returns where in an output the channels of window (i, j) begin. */
  public int pooled(int i, int j) {
    return ((i + border) * (pooledWidth() + 2 * border) + j + border) * outputs;
  }

  /** Returns how far from a window's first pixel each of its four lies: row by row. */
  public int[] pixels() {
    return new int[] {0, inputs, inputRow(), inputRow() + inputs};
  }

  /** Returns how far from a pixel's patch each tap of a filter lies. */
  public int[] tapOffsets() {
    int[] offsets = new int[taps()];
    for (int t = 0; t < offsets.length; t++) {
      offsets[t] = t / (3 * inputs) * inputRow() + t % (3 * inputs);
    }
    return offsets;
  }
}
