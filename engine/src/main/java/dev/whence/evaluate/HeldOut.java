package dev.whence.evaluate;

import java.util.stream.IntStream;

/**
 * Predictions beside held-out runs: R subsets with K models each. The runs were used neither to fit
 * the predictions nor to choose anything about them.
 *
 * @param subsets R, the number of subsets
 * @param times K, the number of models trained on each subset
 * @param targets n, the number of targets
 * @param outputs [R·K, n]: run r·K + k is repeat k on subset r
 * @param predictions [R, n]: predicted output of each target for each subset
 * @param applies [R, n]: whether the datamodel of the target applies to the subset and predicts it.
 *     The datamodel of a target in S applies only to subsets without the target's unit
 */
record HeldOut(
    int subsets, int times, int targets, float[] outputs, double[] predictions, boolean[] applies) {

  /** Returns the indices of the subsets to which the datamodel of target {@code t} applies. */
  int[] subsetsOf(int t) {
    return IntStream.range(0, subsets).filter(r -> applies[r * targets + t]).toArray();
  }

  double prediction(int r, int t) {
    return predictions[r * targets + t];
  }

  double output(int r, int k, int t) {
    return outputs[(r * times + k) * targets + t];
  }

  /** Returns the mean output of target {@code t} over the models of subset {@code r}. */
  double mean(int r, int t) {
    double sum = 0;
    for (int k = 0; k < times; k++) {
      sum += output(r, k, t);
    }
    return sum / times;
  }
}
