package dev.whence.torch;

import dev.whence.learn.ImageShape;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Random moves, mirrors and blanks of pictures, made while they are copied into a minibatch.
 *
 * @param image the pictures, [height][width][channels]
 * @param crop pixels that a picture is moved by at most; what comes in is its edge, reflected
 * @param flip whether a picture is mirrored with probability a half
 * @param cutout side of a square that is set to 0, the mean, somewhere inside; 0 for none
 */
record Augmentation(ImageShape image, int crop, boolean flip, int cutout) {

  /** Copies the picture at {@code from} in {@code x} to {@code to} in {@code batch}. */
  void copy(float[] x, int from, float[] batch, int to, UniformRandomProvider random) {
    int down = crop == 0 ? 0 : random.nextInt(2 * crop + 1) - crop;
    int right = crop == 0 ? 0 : random.nextInt(2 * crop + 1) - crop;
    boolean mirrored = flip && random.nextInt(2) == 1;
    copy(x, from, batch, to, down, right, mirrored);
    if (cutout > 0) {
      blank(batch, to, random);
    }
  }

  /** Copies a picture, pixel (i, j) from (i + down, j + right), of its mirror image if so said. */
  void copy(float[] x, int from, float[] batch, int to, int down, int right, boolean mirrored) {
    int c = image.channels();
    int width = image.width();
    for (int i = 0; i < image.height(); i++) {
      int source = from + reflect(i + down, image.height()) * width * c;
      int row = to + i * width * c;
      if (right == 0 && !mirrored) {
        System.arraycopy(x, source, batch, row, width * c);
        continue;
      }
      for (int j = 0; j < width; j++) {
        int column = reflect(j + right, width);
        int pixel = source + (mirrored ? width - 1 - column : column) * c;
        for (int channel = 0; channel < c; channel++) {
          batch[row + j * c + channel] = x[pixel + channel];
        }
      }
    }
  }

  private void blank(float[] batch, int to, UniformRandomProvider random) {
    int c = image.channels();
    int rows = Math.min(cutout, image.height());
    int columns = Math.min(cutout, image.width());
    int top = random.nextInt(image.height() - rows + 1);
    int left = random.nextInt(image.width() - columns + 1);
    for (int i = top; i < top + rows; i++) {
      int row = to + (i * image.width() + left) * c;
      Arrays.fill(batch, row, row + columns * c, 0f);
    }
  }

  /** Returns the index that a position beyond the edge stands for: −1 is 1, size is size − 2. */
  private static int reflect(int position, int size) {
    if (position < 0) {
      return Math.min(-position, size - 1);
    }
    return position < size ? position : Math.max(2 * size - 2 - position, 0);
  }
}
