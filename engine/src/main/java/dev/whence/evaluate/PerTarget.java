package dev.whence.evaluate;

import java.util.Arrays;

/**
 * One target's scores over some subsets; see {@link Scores} for what they mean.
 *
 * @param moments over the subsets, of prediction x and mean output y: n, Σx, Σy, Σx², Σy², Σxy
 */
record PerTarget(
    double mse,
    double opt,
    double variance,
    double pearson,
    double spearman,
    double halves,
    double single,
    double ceiling,
    double[] moments) {

  static PerTarget of(HeldOut heldOut, int[] drawn, int t) {
    int[] subsets =
        Arrays.stream(drawn).filter(r -> heldOut.applies()[r * heldOut.targets() + t]).toArray();
    int n = subsets.length;
    int k = heldOut.times();
    double[] predictions =
        Arrays.stream(subsets).mapToDouble(r -> heldOut.prediction(r, t)).toArray();
    double[] means = Arrays.stream(subsets).mapToDouble(r -> heldOut.mean(r, t)).toArray();
    double grand = Arrays.stream(means).average().orElse(Double.NaN);
    double error = 0;
    double within = 0;
    double total = 0;
    double[] moments = new double[6];
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < k; r++) {
        double y = heldOut.output(subsets[i], r, t);
        error += square(y - predictions[i]);
        within += square(y - means[i]);
        total += square(y - grand);
      }
      double x = predictions[i];
      double y = means[i];
      double[] terms = {1, x, y, x * x, y * y, x * y};
      Arrays.setAll(moments, j -> moments[j] + terms[j]);
    }
    double runs = (double) n * k;
    return new PerTarget(
        error / (2 * runs),
        k > 1 ? within / (2.0 * n * (k - 1)) : Double.NaN,
        n > 1 ? total / (2 * runs) * n / (n - 1) : Double.NaN,
        Correlation.pearson(predictions, means),
        Correlation.spearman(predictions, means),
        k > 1 ? halves(heldOut, subsets, t) : Double.NaN,
        single(heldOut, subsets, t, predictions),
        k > 1 ? ceiling(heldOut, subsets, t) : Double.NaN,
        moments);
  }

  private static double square(double x) {
    return x * x;
  }

  /** Spearman between the means of the first and the second half of the repeats. */
  private static double halves(HeldOut heldOut, int[] subsets, int t) {
    int middle = heldOut.times() / 2;
    return Correlation.spearman(
        Arrays.stream(subsets).mapToDouble(r -> heldOut.mean(r, 0, middle, t)).toArray(),
        Arrays.stream(subsets).mapToDouble(r -> heldOut.mean(r, middle, 2 * middle, t)).toArray());
  }

  /** Spearman between predictions and the first run of each subset. */
  private static double single(HeldOut heldOut, int[] subsets, int t, double[] predictions) {
    return Correlation.spearman(predictions, first(heldOut, subsets, t));
  }

  /** Spearman between the mean of the other runs of each subset and its first. */
  private static double ceiling(HeldOut heldOut, int[] subsets, int t) {
    return Correlation.spearman(
        Arrays.stream(subsets).mapToDouble(r -> heldOut.mean(r, 1, heldOut.times(), t)).toArray(),
        first(heldOut, subsets, t));
  }

  private static double[] first(HeldOut heldOut, int[] subsets, int t) {
    return Arrays.stream(subsets).mapToDouble(r -> heldOut.output(r, 0, t)).toArray();
  }
}
