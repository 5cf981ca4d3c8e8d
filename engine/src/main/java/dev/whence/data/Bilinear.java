package dev.whence.data;

/** Bilinear interpolation between the pixels of one channel. */
public final class Bilinear {

  private Bilinear() {}

  /**
   * Returns the value at row {@code y} and column {@code x}, in pixels from the centre of the first
   * pixel.
   *
   * @param from index of the channel's first pixel in {@code values}
   * @param stride distance in {@code values} from one pixel of a row to the next: 1, or the number
   *     of channels where channels are the last dimension
   * @param y at least 0 and less than {@code height}
   * @param x at least 0 and less than {@code width}
   */
  public static float at(
      float[] values, int from, int stride, int height, int width, float y, float x) {
    int row = (int) y;
    int column = (int) x;
    int top = from + row * width * stride;
    int bottom = from + Math.min(row + 1, height - 1) * width * stride;
    int left = column * stride;
    int right = Math.min(column + 1, width - 1) * stride;
    float down = y - row;
    float across = x - column;
    float above = values[top + left] * (1 - across) + values[top + right] * across;
    float below = values[bottom + left] * (1 - across) + values[bottom + right] * across;
    return above * (1 - down) + below * down;
  }
}
