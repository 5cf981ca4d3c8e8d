package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Datamodels that begin from scores: good ones help, useless ones do no harm. */
class PriorLassoTest {

  private static final int D = 80;
  private static final int N = 24;
  private static final PathOptions PATH = new PathOptions(60, 1e-3, 1e-8, 1e-10, 0);

  private static double truth(int t, int j) {
    return new Random(1000L * t + j).nextGaussian() / (1 + j % 8);
  }

  /** Outputs that are sums of weights, and noise. */
  private static Runs runs(int m, long seed) {
    Random random = new Random(seed);
    Runs drawn = TestRuns.random(random, m, D, N);
    float[] outputs = new float[m * N];
    for (int i = 0; i < m; i++) {
      for (int t = 0; t < N; t++) {
        double sum = 0.5 * random.nextGaussian();
        for (int j = 0; j < D; j++) {
          sum += drawn.holds(i, j) ? truth(t, j) : 0;
        }
        outputs[i * N + t] = (float) sum;
      }
    }
    return new Runs(m, D, N, drawn.masks(), outputs);
  }

  private static Statistics some(Runs runs, int from, int to) {
    try (Parallel parallel = new Parallel(1)) {
      return Statistics.of(
          runs, IntStream.range(from, to).toArray(), IntStream.range(0, N).toArray(), parallel);
    }
  }

  private static List<Datamodel> fit(Estimator estimator, Runs runs) {
    int m = runs.count();
    Problem problem = Problem.of(some(runs, 0, m * 4 / 5), some(runs, m * 4 / 5, m));
    try (Parallel parallel = new Parallel(2)) {
      return estimator.fit(problem, parallel, Progress.NONE.start("", 0, ""));
    }
  }

  private static List<float[]> scores(double noise, double scale, long seed) {
    Random random = new Random(seed);
    List<float[]> scores = new ArrayList<>();
    for (int t = 0; t < N; t++) {
      float[] row = new float[D];
      for (int j = 0; j < D; j++) {
        row[j] = (float) (scale * truth(t, j) + noise * random.nextGaussian());
      }
      scores.add(row);
    }
    return scores;
  }

  /** Mean squared error of the weights. */
  private static double error(List<Datamodel> models) {
    double error = 0;
    for (int t = 0; t < N; t++) {
      for (int j = 1; j < D; j++) { // all runs hold unit 0
        error += Math.pow(models.get(t).weights()[j] - truth(t, j), 2) / (N * (D - 1.0));
      }
    }
    return error;
  }

  @Test
  void goodScoresSaveRunsAndUselessOnesDoNoHarm() {
    for (int m : new int[] {60, 120, 240, 640}) {
      Runs runs = runs(m, m);
      double plain = error(fit(LassoEstimator.lasso(PATH), runs));
      double good = error(fit(new PriorLasso(PATH, scores(0.1, 3, 1)), runs));
      double useless = error(fit(new PriorLasso(PATH, scores(1, 0, 2)), runs));
      System.out.printf(
          "m %d: plain %.4f, good prior %.4f, useless %.4f%n", m, plain, good, useless);
      assertThat(good).as("m = %d", m).isLessThan(plain * (m < 300 ? 0.7 : 1.02));
      assertThat(useless).as("m = %d", m).isLessThan(plain * 1.05);
    }
  }

  /** Taking a·Xs off the moments is taking it off the outputs of the runs. */
  @Test
  void shiftedMomentsAreThoseOfShiftedOutputs() {
    Runs runs = runs(120, 7);
    List<float[]> scores = scores(0.05, 2, 3);
    List<Datamodel> found = fit(new PriorLasso(PATH, scores), runs);
    Statistics train = some(runs, 0, 96);
    float[] shifted = runs.outputs().clone();
    double[] slopes = new double[N];
    for (int t = 0; t < N; t++) {
      double[] x = new double[96];
      double[] y = new double[96];
      for (int i = 0; i < 96; i++) {
        y[i] = runs.output(i, t);
        for (int j = 1; j < D; j++) {
          x[i] += runs.holds(i, j) ? scores.get(t)[j] : 0;
        }
      }
      slopes[t] = slope(x, y);
      for (int i = 0; i < runs.count(); i++) {
        double off = 0;
        for (int j = 1; j < D; j++) {
          off += runs.holds(i, j) ? scores.get(t)[j] : 0;
        }
        shifted[i * N + t] -= (float) (slopes[t] * off);
      }
    }
    assertThat(train.moments()).hasSize(N);
    Runs less = new Runs(runs.count(), D, N, runs.masks(), shifted);
    List<double[]> factors = new ArrayList<>();
    for (float[] s : scores) {
      double mean = IntStream.range(0, D).mapToDouble(j -> Math.abs(s[j])).average().orElse(0);
      factors.add(
          IntStream.range(0, D)
              .mapToDouble(j -> Math.sqrt(2 * mean / (Math.abs(s[j]) + mean)))
              .toArray());
    }
    List<Datamodel> own =
        fit(
            new LassoEstimator(
                PATH, (_, t) -> new dev.whence.regress.solve.Penalty(1, factors.get(t))),
            less);
    for (int t = 0; t < N; t++) {
      for (int j = 1; j < D; j++) {
        assertThat(found.get(t).weights()[j])
            .as("target %d, unit %d", t, j)
            .isCloseTo(own.get(t).weights()[j] + slopes[t] * scores.get(t)[j], within(2e-3));
      }
    }
  }

  private static double slope(double[] x, double[] y) {
    double mx = java.util.Arrays.stream(x).average().orElse(0);
    double my = java.util.Arrays.stream(y).average().orElse(0);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    return xy / xx;
  }

  @Test
  void aFitWithoutItsPriorIsRefused() {
    assertThatThrownBy(() -> fit(Estimator.create(Estimator.Kind.PRIOR_LASSO, PATH), runs(60, 1)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("prior-lasso");
    assertThatThrownBy(
            () ->
                new FitOptions(
                    "prior-lasso", "margin", 10, dev.whence.regress.statistics.Folds.DEFAULT, PATH))
        .hasMessageContaining("--prior");
  }
}
