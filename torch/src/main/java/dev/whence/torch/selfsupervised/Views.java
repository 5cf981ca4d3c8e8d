package dev.whence.torch.selfsupervised;

import dev.whence.data.Bilinear;
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
          float value = Bilinear.at(x, from + channel, c, image.height(), image.width(), y, across);
          batch[pixel + channel] = contrast * value + brightness;
        }
        if (gray) {
          drain(batch, pixel);
        }
      }
    }
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
