package dev.whence.evaluate;

import dev.whence.linalg.count.ProductKernels;
import dev.whence.regress.Datamodel;
import dev.whence.regress.statistics.Runs;
import java.util.stream.IntStream;

/**
 * A datamodel in the form that predicts: its non-zero weights only.
 *
 * @param units indices of the units whose weight is not 0
 * @param weights weight of each entry of {@code units}, rounded to float32 as it is stored
 * @param bias θ₀
 */
record SparseDatamodel(int[] units, double[] weights, double bias) {

  static SparseDatamodel of(Datamodel model) {
    return of(ProductKernels.rounded(model.weights()), model.bias());
  }

  static SparseDatamodel of(float[] weights, double bias) {
    int[] units = IntStream.range(0, weights.length).filter(j -> weights[j] != 0).toArray();
    return new SparseDatamodel(
        units, IntStream.of(units).mapToDouble(j -> weights[j]).toArray(), bias);
  }

  int size() {
    return units.length;
  }

  /** Returns θᵀ1_S + θ₀ for run {@code i} (Ilyas et al. 2022, eq. 5). */
  double predict(Runs runs, int i) {
    double sum = bias;
    for (int k = 0; k < units.length; k++) {
      if (runs.holds(i, units[k])) {
        sum += weights[k];
      }
    }
    return sum;
  }
}
