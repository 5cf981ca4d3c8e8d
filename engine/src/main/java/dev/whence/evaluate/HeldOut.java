package dev.whence.evaluate;

import java.util.stream.IntStream;

/**
 * Runs that neither fitted nor chose anything of what they judge, on R subsets with K models each.
 *
 * @param subsets R
 * @param times K
 * @param targets n
 * @param outputs [R·K, n]: run r·K + k is repeat k on subset r
 * @param predictions [R, n]
 * @param applies [R, n]: whether the datamodel of the target speaks of the subset (one in S speaks
 *     only of subsets without it)
 */
record HeldOut(
    int subsets, int times, int targets, float[] outputs, double[] predictions, boolean[] applies) {

  /** Returns the subsets of which target {@code t}'s datamodel speaks. */
  int[] subsetsOf(int t) {
    return IntStream.range(0, subsets).filter(r -> applies[r * targets + t]).toArray();
  }

  double prediction(int r, int t) {
    return predictions[r * targets + t];
  }

  double output(int r, int k, int t) {
    return outputs[(r * times + k) * targets + t];
  }

  /** Returns the mean output of subset {@code r}. */
  double mean(int r, int t) {
    double sum = 0;
    for (int k = 0; k < times; k++) {
      sum += output(r, k, t);
    }
    return sum / times;
  }
}
