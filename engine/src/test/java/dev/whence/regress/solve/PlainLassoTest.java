package dev.whence.regress.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.NpyArray;
import dev.whence.regress.Datamodel;
import dev.whence.regress.Estimator;
import dev.whence.regress.TestRuns;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The LASSO on a page against scikit-learn and glmnet, and the fast solvers against it. */
class PlainLassoTest {

  private static final int SWEEPS = 200_000;

  private static PlainLasso plain(Statistics statistics, int t) {
    Gram gram = statistics.gram();
    double[][] dense =
        IntStream.range(0, gram.units()).mapToObj(gram::row).toArray(double[][]::new);
    Moments moments = statistics.moments().get(t);
    return new PlainLasso(dense, moments.covariance(), moments.variance());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tall", "wide", "sparse", "dense"})
  void weightsAreThoseOfScikitLearnAndGlmnet(String name) {
    Map<String, NpyArray> fixture = TestRuns.fixture(name);
    Statistics statistics = TestRuns.statistics(TestRuns.runs(fixture));
    for (int t = 0; t < statistics.moments().size(); t++) {
      double variance = statistics.moments().get(t).variance();
      for (int k = 0; k < 3; k++) {
        double lambda = fixture.get("lambdas").get(t, k);
        double[] found = plain(statistics, t).solve(lambda, 1e-13 * variance, SWEEPS);
        for (String peer : new String[] {"", "glmnet_"}) {
          double[] expected = TestRuns.row(fixture.get(peer + "weights"), t, k);
          double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
          assertThat(found).containsExactly(expected, within(1e-5 * scale));
        }
      }
    }
  }

  /** Sizes around the panels of 64 units and the blocks of 5 λ that the fast solvers work in. */
  @ParameterizedTest
  @CsvSource({
    "5, 1",
    "40, 2",
    "100, 13",
    "300, 63",
    "300, 64",
    "300, 65",
    "500, 129",
    "90, 207",
    "60, 331"
  })
  void fastSolversAgree(int runs, int units) {
    long seed = Long.getLong("whence.seed", 1);
    Statistics statistics =
        TestRuns.statistics(TestRuns.random(new Random(seed + units), runs, units, 2));
    double variance = statistics.moments().get(0).variance();
    double tolerance = 1e-13;
    Lasso lasso = new Lasso(statistics, Penalty.LASSO, new SubGram.Tiles()).target(0);
    for (double part : new double[] {1.1, 0.9, 0.5, 0.1, 0.03}) {
      double lambda = part * lasso.lambdaMax();
      double[] expected = plain(statistics, 0).solve(lambda, tolerance * variance, SWEEPS);
      assertThat(lasso.solve(lambda, tolerance)).isLessThanOrEqualTo(tolerance * variance);
      assertThat(objective(statistics, lasso.weights(), lambda))
          .as("seed %d, λ %s", seed, part)
          .isCloseTo(objective(statistics, expected, lambda), within(1e-12 * variance));
    }
    PathOptions path = new PathOptions(9, 0.05, 1e-9, tolerance, 0);
    List<Datamodel> models = TestRuns.fit(Estimator.create(Estimator.Kind.LASSO, path), statistics);
    for (int t = 0; t < models.size(); t++) {
      double lambda = models.get(t).lambda();
      double[] expected =
          plain(statistics, t)
              .solve(lambda, tolerance * statistics.moments().get(t).variance(), SWEEPS);
      RegularizationPath followed = models.get(t).path();
      assertThat(objective(statistics, t, models.get(t).weights(), lambda))
          .isCloseTo(objective(statistics, t, expected, lambda), within(1e-12 * variance));
      assertThat(followed.validationErrors()[followed.best()])
          .isCloseTo(
              statistics.error(t, expected, statistics.bias(t, expected)), within(1e-4 * variance));
    }
  }

  private static double objective(Statistics statistics, double[] w, double lambda) {
    return objective(statistics, 0, w, lambda);
  }

  /** (1/2m)·‖y − Xw − b‖² + λ·‖w‖₁. */
  private static double objective(Statistics statistics, int t, double[] w, double lambda) {
    return statistics.error(t, w, statistics.bias(t, w)) / 2
        + lambda * Arrays.stream(w).map(Math::abs).sum();
  }
}
