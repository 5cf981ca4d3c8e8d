package dev.whence.app.bench;

import dev.whence.regress.DatamodelStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hipparchus.stat.correlation.PearsonsCorrelation;

/** How well fitted datamodels are those that were planted. */
final class Recovery {

  private static final int MOST_TARGETS = 200;

  private Recovery() {}

  /** Returns correlations, supports, explained variance and gaps, over evenly spread targets. */
  static Map<String, Object> of(PlantedPool planted, DatamodelStore store, double tolerance)
      throws IOException {
    int n = planted.targets();
    int step = Math.max(1, n / MOST_TARGETS);
    int count = Math.ceilDiv(n, step);
    double[] correlations = new double[count];
    double[] supports = new double[count];
    for (int i = 0; i < count; i++) {
      float[] weights = store.row(i * step);
      double[] fitted = new double[weights.length];
      for (int j = 0; j < weights.length; j++) {
        fitted[j] = weights[j];
        supports[i] += weights[j] == 0 ? 0 : 1;
      }
      correlations[i] =
          supports[i] == 0
              ? 0
              : new PearsonsCorrelation().correlation(fitted, planted.weights(i * step));
    }
    double[] validation = store.doubles("validation_error");
    int lambdas = validation.length / n;
    double[] explained = new double[n];
    double[] best = new double[n];
    double[] solved = new double[n];
    for (int t = 0; t < n; t++) {
      double[] errors = Arrays.copyOfRange(validation, t * lambdas, (t + 1) * lambdas);
      double least = Arrays.stream(errors).filter(Double::isFinite).min().orElse(Double.NaN);
      explained[t] = 1 - least / errors[0]; // at the largest λ all weights are 0
      for (int k = 0; k < lambdas; k++) {
        best[t] = errors[k] == least ? k : best[t];
        solved[t] += Double.isFinite(errors[k]) ? 1 : 0;
      }
    }
    double[] gaps = store.doubles("gap");
    double[] pathGaps = store.doubles("path_gap");
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("plantedCorrelation", quantiles(correlations));
    found.put("nonZeroWeights", quantiles(supports));
    found.put("explainedVariance", quantiles(explained));
    found.put("bestLambda", quantiles(best));
    found.put("lambdasSolved", quantiles(solved));
    found.put("worstGap", Arrays.stream(gaps).max().orElse(Double.NaN));
    found.put("gapsAboveTolerance", Arrays.stream(gaps).filter(g -> !(g <= tolerance)).count());
    found.put(
        "worstPathGap", Arrays.stream(pathGaps).filter(Double::isFinite).max().orElse(Double.NaN));
    return found;
  }

  /** Returns the 10th percentile, the median and the 90th percentile. */
  private static double[] quantiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    return new double[] {sorted[last / 10], sorted[last / 2], sorted[last - last / 10]};
  }
}
