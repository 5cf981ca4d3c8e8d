package dev.whence.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Algorithm B.1. */
class FeatureFrequenciesTest {

  private static List<FeatureFrequencies.Point> at(
      FeatureFrequencies.Settings settings, double alpha, int threads) {
    try (Workers workers = Workers.threads(threads)) {
      return new FeatureFrequencies(settings).at(alpha, workers);
    }
  }

  /** Subsets without one example: their datamodels know what taking out one example does. */
  @Test
  void datamodelsOfNearlyWholeSubsetsAreExact() {
    int n = 12;
    FeatureFrequencies.Settings settings = new FeatureFrequencies.Settings(40, n, 0.1, 20_000, 3);
    FeatureFrequencies simulation = new FeatureFrequencies(settings);
    try (Workers workers = Workers.threads(2)) {
      double[][] theta = simulation.datamodels((n - 1.0) / n, workers);
      double[][] without = simulation.withoutEach();
      for (int t = 0; t < n; t++) {
        double sum = 0;
        for (double w : theta[t]) {
          sum += w;
        }
        for (int i = 0; i < n; i++) {
          // n outputs, n weights: least squares goes through all of them
          assertThat(sum - theta[t][i]).isCloseTo(without[i][t], within(1e-6));
        }
      }
    }
  }

  @Test
  void resultsDoNotDependOnThreads() {
    FeatureFrequencies.Settings settings = new FeatureFrequencies.Settings(60, 40, 0.1, 2000, 1);
    assertThat(at(settings, 0.5, 1)).isEqualTo(at(settings, 0.5, 2));
  }

  /** The paper's claim: larger α for rare features, smaller α for frequent ones. */
  @Test
  void rareFeaturesNeedALargerFraction() {
    FeatureFrequencies.Settings settings =
        new FeatureFrequencies.Settings(150, 125, 0.1, 30_000, 0);
    List<FeatureFrequencies.Point> low = at(settings, 0.3, 2);
    List<FeatureFrequencies.Point> high = at(settings, 0.9, 2);
    double rare = high.getFirst().correlation() - low.getFirst().correlation();
    double frequent = high.getLast().correlation() - low.getLast().correlation();
    assertThat(rare).isGreaterThan(frequent + 0.1);
    assertThat(low).allMatch(p -> p.error() > 0 && p.error() < 0.2);
  }
}
