package dev.whence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.linalg.Parallel;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

class ScoresTest {

  @Test
  void correlationsAreHipparchus() {
    Random random = new Random(1);
    double[] x = random.doubles(50).map(v -> Math.round(v * 20)).toArray(); // with ties
    double[] y = random.doubles(50).toArray();
    assertThat(Correlation.pearson(x, y))
        .isCloseTo(new PearsonsCorrelation().correlation(x, y), within(1e-12));
    assertThat(Correlation.spearman(x, y))
        .isCloseTo(new SpearmansCorrelation().correlation(x, y), within(1e-12));
    assertThat(Correlation.pearson(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isNaN();
  }

  /** Outputs = signal(subset) + noise with known variances; predictions = signal + error. */
  private static Scores scores(double signal, double noise, double error, int times) {
    Random random = new Random(7);
    int subsets = 150;
    int targets = 40;
    float[] outputs = new float[subsets * times * targets];
    double[] predictions = new double[subsets * targets];
    for (int r = 0; r < subsets; r++) {
      for (int t = 0; t < targets; t++) {
        double truth = signal * random.nextGaussian() + t;
        predictions[r * targets + t] = truth + error * random.nextGaussian();
        for (int k = 0; k < times; k++) {
          outputs[(r * times + k) * targets + t] = (float) (truth + noise * random.nextGaussian());
        }
      }
    }
    boolean[] applies = new boolean[predictions.length];
    Arrays.fill(applies, true);
    try (Parallel parallel = new Parallel(2)) {
      return Scores.of(
          new HeldOut("repeats", subsets, times, targets, outputs, predictions, applies),
          1,
          parallel);
    }
  }

  @Test
  void recoverKnownVariances() {
    Scores scores = scores(2, 1, 0.5, 5);
    assertThat(scores.opt().value()).isCloseTo(0.5, within(0.02));
    assertThat(scores.variance().value()).isCloseTo(2.5, within(0.1));
    assertThat(scores.mse().value()).isCloseTo((1 + 0.25) / 2, within(0.03));
    assertThat(scores.explained().value()).isCloseTo(1 - 0.25 / 4, within(0.01));
    double r = 4 / Math.sqrt((4 + 0.25) * (4 + 0.2));
    assertThat(scores.pearson().value()).isCloseTo(r, within(0.01));
    assertThat(scores.mse().low()).isLessThan(scores.mse().value());
    assertThat(scores.mse().high()).isGreaterThan(scores.mse().value());
  }

  @Test
  void aPerfectPredictorReachesTheCeilings() {
    Scores scores = scores(1, 1, 0, 6);
    assertThat(scores.lds().value()).isCloseTo(scores.ldsCeiling().value(), within(0.02));
    assertThat(scores.explained().value()).isCloseTo(1, within(0.02));
    assertThat(scores.spearmanSingle().value()).isGreaterThan(scores.spearmanCeiling().value());
  }

  @Test
  void oneModelASubsetHasNoCeiling() {
    Scores scores = scores(1, 1, 0.5, 1);
    assertThat(scores.opt()).isNull();
    assertThat(scores.ldsCeiling()).isNull();
    assertThat(scores.lds().value()).isBetween(0.3, 0.9);
  }

  @Test
  void quantilesAreNumpys() {
    assertThat(Interval.quantile(new double[] {1, 2, 4, 8}, 0.5)).isEqualTo(3);
    assertThat(Interval.quantile(new double[] {1, 2, 4, 8}, 1)).isEqualTo(8);
    assertThat(Interval.quantile(new double[] {5}, 0.3)).isEqualTo(5);
  }
}
