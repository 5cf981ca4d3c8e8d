package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import dev.whence.data.NpyArray;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Solutions are those of scikit-learn, of glmnet and of the optimality conditions
 * (peers/fixtures/lasso.py).
 */
class LassoTest {

  private static final double TOLERANCE = 1e-13;

  @ParameterizedTest
  @ValueSource(strings = {"tall", "wide", "sparse", "dense"})
  void weightsAreThoseOfScikitLearnAndGlmnet(String name) {
    Map<String, NpyArray> fixture = TestRuns.fixture(name);
    Statistics statistics = TestRuns.statistics(TestRuns.runs(fixture));
    for (int t = 0; t < statistics.moments().size(); t++) {
      Lasso solver = new Lasso(statistics, Penalty.LASSO, new SubGram.Tiles()).target(t);
      for (int k = 0; k < 3; k++) {
        double gap = solver.solve(fixture.get("lambdas").get(t, k), TOLERANCE);
        assertThat(gap).isLessThanOrEqualTo(TOLERANCE * statistics.moments().get(t).variance());
        for (String peer : new String[] {"", "glmnet_"}) {
          double[] expected = TestRuns.row(fixture.get(peer + "weights"), t, k);
          double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
          assertThat(solver.weights()).hasSameSizeAs(expected);
          for (int j = 0; j < expected.length; j++) {
            assertThat(solver.weights()[j]).isCloseTo(expected[j], within(1e-5 * scale));
          }
          double bias = fixture.get(peer + "biases").get(t, k);
          assertThat(statistics.bias(t, solver.weights()))
              .isCloseTo(bias, within(1e-5 * Math.abs(bias)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tall", "wide", "sparse", "dense"})
  void ridgeAndLeastSquaresAreThoseOfScikitLearnAndNumpy(String name) {
    Map<String, NpyArray> fixture = TestRuns.fixture(name);
    Statistics statistics = TestRuns.statistics(TestRuns.runs(fixture));
    List<Datamodel> leastSquares = TestRuns.fit(RidgeEstimator.ols(), statistics);
    for (int t = 0; t < statistics.moments().size(); t++) {
      Datamodel ols = leastSquares.get(t);
      assertClose(ols.weights(), fixture.get("ols"), t, 0, 1e-6);
      for (int k = 0; k < 3; k++) {
        double kappa = fixture.get("kappas").get(k, 0);
        Datamodel ridge = TestRuns.fit(RidgeEstimator.atLambdas(kappa), statistics).get(t);
        assertClose(
            ridge.weights(), fixture.get("ridge"), t, (long) k * statistics.gram().units(), 1e-7);
      }
    }
  }

  private static void assertClose(
      double[] actual, NpyArray expected, int t, long from, double tolerance) {
    for (int j = 0; j < actual.length; j++) {
      // ridge is stored [n, k, d], ols [n, d]
      assertThat(actual[j]).isCloseTo(expected.get(t, from + j), within(tolerance));
    }
  }

  @Test
  void randomProblemsMeetTheOptimalityConditions() {
    long seed = Long.getLong("whence.seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "LassoTest seed {0}", seed);
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Runs runs = TestRuns.random(random, 3 + random.nextInt(120), 1 + random.nextInt(60), 2);
      Statistics statistics = TestRuns.statistics(runs);
      Lasso solver = new Lasso(statistics, Penalty.LASSO, new SubGram.Tiles()).target(1);
      double lambda = solver.lambdaMax() * (0.02 + random.nextDouble());
      double gap = solver.solve(lambda, 1e-14);
      assertThat(gap).as("seed %d round %d", seed, round).isLessThan(1e-9);
      double[] w = solver.weights();
      for (int j = 0; j < w.length; j++) {
        double gradient = statistics.moments().get(1).covariance()[j];
        for (int k = 0; k < w.length; k++) {
          gradient -= statistics.gram().at(j, k) * w[k];
        }
        if (w[j] == 0) {
          assertThat(Math.abs(gradient))
              .as("seed %d round %d", seed, round)
              .isLessThan(lambda + 1e-6);
        } else {
          assertThat(gradient)
              .as("seed %d round %d", seed, round)
              .isCloseTo(lambda * Math.signum(w[j]), within(1e-5));
        }
      }
    }
  }

  @Test
  void constantOutputsGiveZeroWeights() {
    Runs random = TestRuns.random(new Random(1), 20, 5, 2);
    float[] constant = new float[40];
    Arrays.fill(constant, 0.1f);
    Statistics statistics = TestRuns.statistics(new Runs(20, 5, 2, random.masks(), constant));
    assertThat(statistics.moments().get(0).variance()).isZero();
    Datamodel model =
        TestRuns.fit(LassoEstimator.lasso(PathOptions.DEFAULT), statistics).getFirst();
    assertThat(model.weights()).containsOnly(0);
    assertThat(model.bias()).isCloseTo(0.1, within(1e-7));
    assertThat(model.lambda()).isZero();
  }

  @Test
  void errorOnOtherRunsIsTheirMeanSquaredResidual() {
    Runs runs = TestRuns.random(new Random(2), 80, 9, 1);
    Statistics statistics = TestRuns.statistics(runs);
    double[] weights = new Random(3).doubles(9, -1, 1).toArray();
    double expected = 0;
    for (int i = 0; i < 80; i++) {
      double predicted = 0.7;
      for (int j = 0; j < 9; j++) {
        predicted += runs.holds(i, j) ? weights[j] : 0;
      }
      expected += Math.pow(predicted - runs.output(i, 0), 2) / 80;
    }
    assertThat(statistics.error(0, weights, 0.7)).isCloseTo(expected, within(1e-9));
    try (Parallel parallel = new Parallel(2)) {
      double[] biases = {0.7};
      assertThat(statistics.errors(List.of(weights), biases, true, parallel)[0])
          .isCloseTo(expected, within(1e-9));
      assertThat(statistics.errors(List.of(weights), biases, false, parallel)[0])
          .isCloseTo(expected, within(1e-5));
    }
  }
}
