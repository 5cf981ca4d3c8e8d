package dev.whence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

class AgreementTest {

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
  private static Agreement scores(double signal, double noise, double error, int times) {
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
      return Agreement.of(
          new HeldOut(subsets, times, targets, outputs, predictions, applies), parallel);
    }
  }

  @Test
  void recoverKnownVariances() {
    Agreement scores = scores(2, 1, 0.5, 5);
    assertThat(scores.opt().value()).isCloseTo(0.5, within(0.02));
    assertThat(scores.variance().value()).isCloseTo(2.5, within(0.1));
    assertThat(scores.mse().value()).isCloseTo((1 + 0.25) / 2, within(0.03));
    assertThat(scores.explained().value()).isCloseTo(1 - 0.25 / 4, within(0.01));
    double r = 4 / Math.sqrt((4 + 0.25) * (4 + 0.2));
    assertThat(scores.pearson().value()).isCloseTo(r, within(0.01));
    assertThat(scores.mse().low()).isLessThan(scores.mse().value());
    assertThat(scores.mse().high()).isGreaterThan(scores.mse().value());
  }

  /** With ties and without: the influences are the delete-one jackknife's pseudo-values. */
  @Test
  void influencesAreTheJackknifes() {
    Random random = new Random(3);
    for (boolean ties : new boolean[] {false, true}) {
      int n = 120;
      double[] x = random.doubles(n).map(v -> ties ? Math.round(v * 9) : v).toArray();
      double[] y = new double[n];
      Arrays.setAll(y, i -> x[i] * (ties ? 0.1 : 1) + 0.5 * random.nextDouble());
      RankCorrelation rank = RankCorrelation.of(x, y);
      assertThat(rank.value())
          .isCloseTo(new SpearmansCorrelation().correlation(x, y), within(1e-12));
      double[] pseudo = new double[n];
      for (int i = 0; i < n; i++) {
        pseudo[i] = -(n - 1) * Correlation.spearman(without(x, i), without(y, i));
      }
      assertThat(new PearsonsCorrelation().correlation(rank.influence(), pseudo))
          .isGreaterThan(0.998);
      double variance = Arrays.stream(rank.influence()).map(v -> v * v).sum();
      double mean = Arrays.stream(pseudo).average().orElse(0);
      double jackknife = Arrays.stream(pseudo).map(v -> (v - mean) * (v - mean)).sum();
      assertThat(variance / jackknife).isBetween(0.9, 1.05);
    }
  }

  private static double[] without(double[] values, int at) {
    double[] left = new double[values.length - 1];
    System.arraycopy(values, 0, left, 0, at);
    System.arraycopy(values, at + 1, left, at, left.length - at);
    return left;
  }

  @Test
  void constantPredictionsCountAsNothing() {
    Agreement scores = scores(2, 1, 0.5, 3);
    assertThat(scores.constant()).isZero();
    HeldOut constant = new HeldOut(20, 2, 1, new float[40], new double[20], all(20));
    for (int i = 0; i < 40; i++) {
      constant.outputs()[i] = i * 7 % 11;
    }
    Arrays.fill(constant.predictions(), 0.1 + 0.2);
    try (Parallel parallel = new Parallel(1)) {
      Agreement of = Agreement.of(constant, parallel);
      assertThat(of.constant()).isEqualTo(1);
      assertThat(of.lds().value()).isZero();
      assertThat(of.pearson().value()).isZero();
    }
  }

  private static boolean[] all(int n) {
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    return all;
  }

  @Test
  void intervalsOfCorrelationsStayWhereCorrelationsAre() {
    Interval high = Interval.ofCorrelation(0.99, 0.2, 5);
    assertThat(high.low()).isBetween(-1.0, 0.99);
    assertThat(high.high()).isBetween(0.99, 1.0);
    Interval perfect = Interval.ofCorrelation(1, 0, 20);
    assertThat(perfect.high()).isEqualTo(1);
    assertThat(perfect.low()).isLessThan(1);
  }

  @Test
  void oneModelASubsetHasNoCeiling() {
    Agreement scores = scores(1, 1, 0.5, 1);
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
