package dev.whence.evaluate;

import java.util.stream.IntStream;

/**
 * Runs that no weight was fitted to, on R subsets with K models each.
 *
 * @param kind where they come from: "repeats" or "validation"
 * @param subsets R
 * @param times K
 * @param outputs [R·K, n]: run r·K + k is repeat k on subset r
 * @param predictions [R, n]
 * @param applies [R, n]: whether the datamodel of the target speaks of the subset (one in S speaks
 *     only of subsets without it)
 */
record HeldOut(
    String kind,
    int subsets,
    int times,
    int targets,
    float[] outputs,
    double[] predictions,
    boolean[] applies) {

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

  /** Returns the mean output over repeats [from, to) of subset {@code r}. */
  double mean(int r, int from, int to, int t) {
    double sum = 0;
    for (int k = from; k < to; k++) {
      sum += output(r, k, t);
    }
    return sum / (to - from);
  }

  double mean(int r, int t) {
    return mean(r, 0, times, t);
  }

  /** Returns predictions and mean outputs of all pairs (target, subset) that apply. */
  double[][] pairs() {
    int[] pairs = IntStream.range(0, subsets * targets).filter(i -> applies[i]).toArray();
    return new double[][] {
      IntStream.of(pairs).mapToDouble(i -> predictions[i]).toArray(),
      IntStream.of(pairs).mapToDouble(i -> mean(i / targets, i % targets)).toArray()
    };
  }
}
