package dev.whence.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Workers;
import dev.whence.regress.Fit;
import dev.whence.regress.FitSpec;
import dev.whence.regress.NamedScores;
import dev.whence.regress.WeightErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Intervals of weights hold the planted effects as often as they say. */
class WeightErrorsTest {

  private static final int D = 120;
  private static final int N = 40;

  @TempDir Path folder;

  /**
   * Returns the part of the intervals that hold the true effect.
   *
   * @param least smallest size of the effects that are looked at
   */
  private static double coverage(PlantedStudy planted, NamedScores scores, double least)
      throws IOException {
    WeightErrors errors = Objects.requireNonNull(WeightErrors.of(planted.study(), scores));
    int held = 0;
    int count = 0;
    for (int t = 0; t < N; t++) {
      float[] weights = scores.rows().row(t);
      for (int j = 0; j < D; j++) {
        double effect = planted.effects()[t][j];
        WeightErrors.Bounds bounds = errors.bounds(t, j, weights[j]);
        if (bounds != null && Math.abs(effect) >= least) {
          held += bounds.low() <= effect && effect <= bounds.high() ? 1 : 0;
          count++;
        }
      }
    }
    double coverage = (double) held / count;
    System.out.printf(
        "%s, effects of at least %.2f: %.3f of %d intervals%n",
        scores.method(), least, coverage, count);
    return coverage;
  }

  @Test
  void intervalsHoldPlantedEffects() throws IOException {
    PlantedStudy planted = PlantedStudy.make(folder.resolve("s"), D, N, 0.3, y -> y, 1800, 11);
    NamedScores lasso = planted.datamodels();
    // Effects that are always found: their weights were not chosen for being large.
    assertThat(coverage(planted, lasso, 0.15)).isBetween(0.92, 0.98);
    try (Workers workers = Workers.threads(2)) {
      for (String estimator : new String[] {"ridge", "ols", "elastic-net"}) {
        Fit.run(planted.study(), FitSpec.DEFAULT.named(estimator).estimator(estimator), workers);
        NamedScores scores = NamedScores.open(planted.study(), estimator);
        double least = estimator.equals("elastic-net") ? 0.15 : 0;
        assertThat(coverage(planted, scores, least)).as(estimator).isBetween(0.92, 0.98);
      }
      Fit.run(
          planted.study(),
          FitSpec.DEFAULT.named("means").estimator("difference-of-means"),
          workers);
    }
    assertThat(WeightErrors.of(planted.study(), NamedScores.open(planted.study(), "means")))
        .isNull();
  }
}
