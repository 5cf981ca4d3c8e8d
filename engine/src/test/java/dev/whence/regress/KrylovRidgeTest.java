package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Krylov spaces against eigendecompositions. */
class KrylovRidgeTest {

  private static final double[] LAMBDAS = {10, 1, 0.1, 0.01, 0.001};

  @ParameterizedTest
  @CsvSource({
    "400, 90, false",
    "400, 90, true",
    "60, 150, false",
    "60, 150, true",
    "30, 400, true"
  })
  void followsThePathOfTheFactorisation(int m, int d, boolean crossValidate) {
    Problem problem = problem(m, d, crossValidate);
    try (Parallel parallel = new Parallel(2)) {
      Progress.Task silent = Progress.NONE.start("", 0, "");
      List<Datamodel> krylov = new KrylovRidge(LAMBDAS).fit(problem, parallel, silent);
      List<Datamodel> direct = RidgeEstimator.atLambdas(LAMBDAS).fit(problem, parallel, silent);
      for (int t = 0; t < problem.targets(); t++) {
        Datamodel found = krylov.get(t);
        Datamodel expected = direct.get(t);
        assertThat(found.weights()).containsExactly(expected.weights(), within(1e-7));
        assertThat(found.bias()).isCloseTo(expected.bias(), within(1e-7));
        assertThat(found.relativeGap()).isBetween(0.0, 1e-12);
        RegularizationPath path = found.path();
        assertThat(path.best()).isEqualTo(expected.path().best());
        assertThat(path.weights()).containsExactly(expected.path().weights(), within(1e-7));
        assertThat(path.trainErrors()).containsExactly(expected.path().trainErrors(), within(1e-7));
        assertThat(path.validationErrors())
            .containsExactly(expected.path().validationErrors(), within(1e-7));
      }
    }
  }

  @Test
  void aConstantOutputHasNoWeights() {
    Problem problem = problem(100, 30, false);
    List<Moments> constant = List.of(new Moments(new double[30], 0, 2));
    Statistics train = new Statistics(problem.part(0).gram(), constant);
    Statistics validation = new Statistics(problem.part(1).gram(), constant);
    try (Parallel parallel = new Parallel(1)) {
      Datamodel model =
          new KrylovRidge(LAMBDAS)
              .fit(Problem.of(train, validation), parallel, Progress.NONE.start("", 0, ""))
              .getFirst();
      assertThat(model.weights()).containsOnly(0);
      assertThat(model.bias()).isEqualTo(2);
      assertThat(model.relativeGap()).isZero();
    }
  }

  private static Problem problem(int m, int d, boolean crossValidate) {
    Random random = new Random(m + d);
    List<Statistics> parts =
        List.of(
            TestRuns.statistics(TestRuns.random(random, m, d, 3)),
            TestRuns.statistics(TestRuns.random(random, m / 2, d, 3)));
    return Problem.of(parts, crossValidate);
  }
}
