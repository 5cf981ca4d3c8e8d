package dev.whence.torch.selfsupervised;

import dev.whence.learn.ImageShape;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Random views of a picture: a part of it, resized to the whole; mirrored with probability a half;
 * brighter or darker, with more or less contrast; colours at times gray (SimCLR, App. A, without
 * blur).
 *
 * @param image standardised pictures, [height][width][channels]
 * @param least smallest part of the area that a view shows
 */
record Views(ImageShape image, double least) {

  private static final double JITTER = 0.4;
  private static final double GRAY = 0.2;

  /** Writes a view of the picture at {@code from} in {@code x} to {@code to} in {@code batch}. */
  void draw(float[] x, int from, float[] batch, int to, UniformRandomProvider random) {
    double area = least + (1 - least) * random.nextDouble();
    double ratio = Math.exp((2 * random.nextDouble() - 1) * Math.log(4.0 / 3));
    double height = Math.min(1, Math.sqrt(area / ratio)) * image.height();
    double width = Math.min(1, Math.sqrt(area * ratio)) * image.width();
    double top = random.nextDouble() * (image.height() - height);
    double left = random.nextDouble() * (image.width() - width);
    boolean mirrored = random.nextInt(2) == 1;
    float contrast = (float) (1 + JITTER * (2 * random.nextDouble() - 1));
    float brightness = (float) (JITTER * (2 * random.nextDouble() - 1));
    boolean gray = image.channels() > 1 && random.nextDouble() < GRAY;
    int c = image.channels();
    for (int i = 0; i < image.height(); i++) {
      float y = (float) Math.max(top + (i + 0.5) * height / image.height() - 0.5, 0);
      for (int j = 0; j < image.width(); j++) {
        int column = mirrored ? image.width() - 1 - j : j;
        float across = (float) Math.max(left + (column + 0.5) * width / image.width() - 0.5, 0);
        int pixel = to + (i * image.width() + j) * c;
        for (int channel = 0; channel < c; channel++) {
          float value = sample(x, from + channel, y, across);
          batch[pixel + channel] = contrast * value + brightness;
        }
        if (gray) {
          drain(batch, pixel);
        }
      }
    }
  }

  /** Bilinear interpolation of one channel. */
  private float sample(float[] x, int from, float y, float across) {
    int c = image.channels();
    int row = Math.min((int) y, image.height() - 1);
    int column = Math.min((int) across, image.width() - 1);
    int below = Math.min(row + 1, image.height() - 1) * image.width();
    int right = Math.min(column + 1, image.width() - 1);
    row *= image.width();
    float down = y - (int) y;
    float aside = across - (int) across;
    float upper = x[from + (row + column) * c] * (1 - aside) + x[from + (row + right) * c] * aside;
    float lower =
        x[from + (below + column) * c] * (1 - aside) + x[from + (below + right) * c] * aside;
    return upper * (1 - down) + lower * down;
  }

  private void drain(float[] batch, int pixel) {
    float sum = 0;
    for (int channel = 0; channel < image.channels(); channel++) {
      sum += batch[pixel + channel];
    }
    for (int channel = 0; channel < image.channels(); channel++) {
      batch[pixel + channel] = sum / image.channels();
    }
  }
}
