package dev.whence.learn;

import dev.whence.data.BadInputException;
import dev.whence.data.Features;

/** Height, width and channels of the examples. */
record ImageShape(int height, int width, int channels) {

  /** Returns the shape of pictures: features [height, width] or [channels, height, width]. */
  static ImageShape of(Features features) {
    int[] shape = features.shape();
    int n = shape.length;
    if (n < 2 || n > 3) {
      throw BadInputException.at(
          "learner, channels",
          "pictures: features [height, width] or [channels, height, width]",
          features.shapeText());
    }
    return new ImageShape(shape[n - 2], shape[n - 1], n == 3 ? shape[0] : 1);
  }

  /** Returns the floats of an example with a border of zeros. */
  int paddedSize() {
    return (height + 2) * (width + 2) * channels;
  }

  /**
   * Returns examples [channels][height][width] as [height + 2][width + 2][channels], a border of
   * zeros around them.
   */
  float[] padded(float[] values) {
    int size = height * width * channels;
    int rows = values.length / size;
    float[] padded = new float[Math.multiplyExact(rows, paddedSize())];
    int from = 0;
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < height; i++) {
          int to = row * paddedSize() + ((i + 1) * (width + 2) + 1) * channels + c;
          for (int j = 0; j < width; j++) {
            padded[to + j * channels] = values[from++];
          }
        }
      }
    }
    return padded;
  }
}
