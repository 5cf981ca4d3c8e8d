package dev.whence.learn;

import dev.whence.base.BadInputException;
import dev.whence.data.Features;

/** Height and width in pixels, and channels, of the examples. */
public record ImageShape(int height, int width, int channels) {

  /** Returns the shape of pictures: features [height, width] or [channels, height, width]. */
  public static ImageShape of(Features features) {
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

  /** Returns the number of floats of an example. */
  public int size() {
    return height * width * channels;
  }

  /** Returns the number of floats of an example with a border of one pixel. */
  public int paddedSize() {
    return (height + 2) * (width + 2) * channels;
  }

  /**
   * Returns examples [channels][height][width] with the channels last and a border of zeros around
   * each picture: [height + 2·border][width + 2·border][channels].
   *
   * @param border pixels of the border
   */
  public float[] channelsLast(float[] values, int border) {
    int rows = values.length / size();
    int row = (width + 2 * border) * channels;
    int example = (height + 2 * border) * row;
    float[] moved = new float[Math.multiplyExact(rows, example)];
    int from = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < height; i++) {
          int to = r * example + (i + border) * row + border * channels + c;
          for (int j = 0; j < width; j++) {
            moved[to + j * channels] = values[from++];
          }
        }
      }
    }
    return moved;
  }
}
