package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The path in single precision, many targets together, is that of the solver of one λ. */
class PathSearchTest {

  private static final PathOptions WHOLE = new PathOptions(40, 0.02, 1e-6, 1e-10, 0);

  private static Problem problem(Runs runs, Parallel parallel) {
    int[] targets = IntStream.range(0, runs.targets()).toArray();
    Folds folds = Folds.DEFAULT;
    Statistics[] parts = new Statistics[2];
    for (int p = 0; p < 2; p++) {
      int part = p;
      int[] rows = IntStream.range(0, runs.count()).filter(i -> folds.part(i) == part).toArray();
      parts[p] = Statistics.of(runs, rows, targets, parallel);
    }
    return Problem.of(parts[0], parts[1]);
  }

  @ParameterizedTest
  @CsvSource({"900, 200, 1", "500, 70, 0.5", "150, 230, 1"})
  void everyPointIsTheSolutionAtItsLambda(int m, int d, double l1Ratio) {
    try (Parallel parallel = new Parallel(2)) {
      Problem problem = problem(TestRuns.planted(m, d, 3), parallel);
      Penalty penalty = new Penalty(l1Ratio, null);
      LassoEstimator estimator = new LassoEstimator(WHOLE, (of, t) -> penalty);
      List<Datamodel> models = estimator.fit(problem, parallel, Progress.NONE.start("", 0, ""));
      Statistics train = problem.splits().getFirst().train();
      Statistics validation = problem.splits().getFirst().validation();
      for (int t = 0; t < 3; t++) {
        RegularizationPath path = models.get(t).path();
        Lasso solver = new Lasso(train, penalty, new SubGram.Tiles()).target(t);
        assertThat(path.lambdas()[0]).isEqualTo(solver.lambdaMax());
        for (int k = 0; k < WHOLE.lambdas(); k++) {
          solver.solve(path.lambdas()[k], 1e-10);
          double v = train.moments().get(t).variance();
          assertThat(path.relativeGaps()[k]).isLessThan(1e-6);
          assertThat(path.trainErrors()[k]).isCloseTo(solver.error(), within(2e-4 * v));
          double unseen = validation.error(t, solver.weights(), train.bias(t, solver.weights()));
          assertThat(path.validationErrors()[k]).isCloseTo(unseen, within(2e-4 * v));
        }
        assertThat(models.get(t).relativeGap()).isLessThan(1e-10);
        Lasso refit = new Lasso(problem.all(), penalty, new SubGram.Tiles()).target(t);
        refit.solve(path.lambda(), 1e-12);
        for (int j = 0; j < d; j++) {
          assertThat(models.get(t).weights()[j]).isCloseTo(refit.weights()[j], within(1e-4));
        }
      }
    }
  }

  /** Masks in which neighbours nearly always go together, unlike random subsets. */
  private static Runs alike(Runs runs) {
    byte[] masks = runs.masks().clone();
    Random random = new Random(9);
    for (int i = 0; i < masks.length; i++) {
      int even = masks[i] & 0x55;
      int copied = even | even << 1;
      int kept = random.nextInt(256) & random.nextInt(256) & random.nextInt(256) & 0xaa;
      masks[i] = (byte) (copied & ~kept | masks[i] & kept);
    }
    return new Runs(runs.count(), runs.units(), runs.targets(), masks, runs.outputs());
  }

  /** Where it ends the exact errors decide, however far from them the estimates are. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPathThatEndsEarlyIsTheBeginningOfTheWholeOne(boolean random) {
    try (Parallel parallel = new Parallel(2)) {
      Runs planted = TestRuns.planted(400, 120, 6);
      Problem problem = problem(random ? planted : alike(planted), parallel);
      Progress.Task task = Progress.NONE.start("", 0, "");
      List<Datamodel> whole = LassoEstimator.lasso(WHOLE).fit(problem, parallel, task);
      PathOptions early = new PathOptions(40, 0.02, 1e-6, 1e-10, 3);
      List<Datamodel> models = LassoEstimator.lasso(early).fit(problem, parallel, task);
      for (int t = 0; t < 6; t++) {
        double[] errors = models.get(t).path().validationErrors();
        int end = (int) Arrays.stream(errors).filter(Double::isFinite).count();
        double[] all = whole.get(t).path().validationErrors();
        assertThat(end).isEqualTo(end(all, early.patience()));
        double v = problem.splits().getFirst().train().moments().get(t).variance();
        assertThat(Arrays.copyOf(errors, end))
            .containsExactly(Arrays.copyOf(all, end), within(1e-5 * v));
      }
    }
  }

  /** Returns where a path of these errors ends: so many λ after the smallest error so far. */
  private static int end(double[] errors, int patience) {
    int best = 0;
    for (int k = 0; k < errors.length; k++) {
      best = errors[k] < errors[best] ? k : best;
      if (k - best == patience) {
        return k + 1;
      }
    }
    return errors.length;
  }

  @Test
  void targetsDoNotDependOnThoseBesideThem() {
    try (Parallel parallel = new Parallel(2)) {
      Runs runs = TestRuns.planted(300, 90, 5);
      Problem problem = problem(runs, parallel);
      Progress.Task task = Progress.NONE.start("", 0, "");
      LassoEstimator estimator = LassoEstimator.lasso(WHOLE);
      List<Datamodel> together = estimator.fit(problem, parallel, task);
      List<Datamodel> alone = estimator.fit(problem.forTargets(new int[] {3}), parallel, task);
      assertThat(alone.getFirst().weights()).isEqualTo(together.get(3).weights());
    }
  }
}
