package dev.whence.learn;

import dev.whence.data.Features;

/**
 * Shifts and scales features to mean 0 and standard deviation 1 over S.
 *
 * <p>Pictures have one mean and standard deviation for each channel, as is usual; other features
 * have one for each value. The statistics are over the whole of S, a fixed preprocessing that every
 * run shares.
 *
 * @param mean mean of each group of values
 * @param scale 1 / standard deviation of each group; 1 where the standard deviation is 0
 * @param groupSize consecutive values that share a mean: the pixels of a channel, or 1
 */
public record Standardizer(float[] mean, float[] scale, int groupSize) {

  /** Returns the standardiser with the statistics of {@code train}. */
  public static Standardizer of(Features train) {
    int channels = train.shape().length == 3 ? train.shape()[0] : 1;
    return of(train, train.isImage() ? channels : train.size());
  }

  /** Returns the standardiser of pictures by channel, also where values are not 8-bit pixels. */
  public static Standardizer ofPictures(Features train, ImageShape image) {
    return of(train, image.channels());
  }

  private static Standardizer of(Features train, int groups) {
    int size = train.size();
    int groupSize = size / groups;
    double[] sum = new double[groups];
    double[] squares = new double[groups];
    float[] values = train.values();
    for (int i = 0; i < values.length; i++) {
      int group = i % size / groupSize;
      sum[group] += values[i];
      squares[group] += (double) values[i] * values[i];
    }
    double count = (double) train.rows() * groupSize;
    float[] mean = new float[groups];
    float[] scale = new float[groups];
    for (int g = 0; g < groups; g++) {
      double average = sum[g] / count;
      double variance = squares[g] / count - average * average;
      mean[g] = (float) average;
      scale[g] = variance > 1e-12 * average * average ? (float) (1 / Math.sqrt(variance)) : 1f;
    }
    return new Standardizer(mean, scale, groupSize);
  }

  /** Returns the values of {@code features}, standardised: rows × size, row-major. */
  public float[] apply(Features features) {
    int size = features.size();
    float[] values = features.values().clone();
    for (int i = 0; i < values.length; i++) {
      int group = i % size / groupSize;
      values[i] = (values[i] - mean[group]) * scale[group];
    }
    return values;
  }
}
