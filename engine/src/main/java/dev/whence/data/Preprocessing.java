package dev.whence.data;

import dev.whence.base.BadInputException;

/**
 * How pictures are prepared for a backbone: 8-bit pixels are divided by 255, a single channel is
 * repeated to the backbone's number of channels, pictures are resized and standardised by fixed
 * constants.
 *
 * @param channels number of channels that the backbone takes
 * @param height height in pixels that the backbone takes
 * @param width width in pixels that the backbone takes
 * @param mean number subtracted from each channel, [channels]
 * @param deviation number that each channel is divided by, [channels]
 */
public record Preprocessing(int channels, int height, int width, float[] mean, float[] deviation) {

  public Preprocessing {
    if (mean.length != channels || deviation.length != channels) {
      throw BadInputException.at(
          "preprocessing",
          "a mean and a deviation for each of %d channels".formatted(channels),
          "%d and %d".formatted(mean.length, deviation.length));
    }
    for (float value : deviation) {
      if (!(value > 0)) {
        throw BadInputException.at("preprocessing", "deviations above 0", value);
      }
    }
    if ((long) channels * height * width > 1 << 28) {
      throw BadInputException.at(
          "preprocessing",
          "at most 2²⁸ values a picture",
          channels + " × " + height + " × " + width);
    }
  }

  /**
   * Returns the pictures of examples [from, to), prepared for the backbone: [n, channels, height,
   * width].
   */
  public float[] apply(Features features, int from, int to) {
    int[] shape = features.shape();
    int given = shape.length == 3 ? shape[0] : 1;
    if (shape.length < 2 || shape.length > 3 || (given != 1 && given != channels)) {
      throw BadInputException.at(
          "features",
          "pictures [height, width] or [%d, height, width]".formatted(channels),
          features.shapeText());
    }
    int h = shape[shape.length - 2];
    int w = shape[shape.length - 1];
    long size = (long) (to - from) * channels * height * width;
    if (size > Integer.MAX_VALUE - 8) {
      throw BadInputException.at("preprocessing", "at most 2³¹ values at a time", size);
    }
    float[] pictures = new float[(int) size];
    int at = 0;
    for (int i = from; i < to; i++) {
      for (int c = 0; c < channels; c++) {
        int plane = i * features.size() + (given == 1 ? 0 : c * h * w);
        for (int row = 0; row < height; row++) {
          for (int column = 0; column < width; column++) {
            float pixel = sample(features.values(), plane, h, w, row, column);
            float value = features.bytes() ? pixel / 255f : pixel;
            pictures[at++] = (value - mean[c]) / deviation[c];
          }
        }
      }
    }
    return pictures;
  }

  /**
   * Returns a pixel of the resized picture, interpolated between pixels' centres as PyTorch's
   * {@code interpolate(mode="bilinear", align_corners=False)} does.
   */
  private float sample(float[] values, int plane, int h, int w, int row, int column) {
    float y = Math.max((row + 0.5f) * h / height - 0.5f, 0);
    float x = Math.max((column + 0.5f) * w / width - 0.5f, 0);
    return Bilinear.at(values, plane, 1, h, w, y, x);
  }
}
