package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.BitColumns;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets in S solved with the Gram matrix of all runs, against their own. */
class InTrainLassoTest {

  private static final int M = 3000;
  private static final int D = 130;
  private static final int[] UNITS = {3, 64, 129, 7};
  private static final double TOLERANCE = 1e-11;

  private final Runs runs = TestRuns.planted(M, D, UNITS.length);

  private int[] rows(Folds folds, int part, int without) {
    return IntStream.range(0, M)
        .filter(i -> part < 0 || folds.part(i) == part)
        .filter(i -> without < 0 || !runs.holds(i, without))
        .toArray();
  }

  /** Returns a target's statistics over the runs of a part without its unit. */
  private Statistics direct(Folds folds, int part, int t, Parallel parallel) {
    return Statistics.of(runs, rows(folds, part, UNITS[t]), new int[] {t}, parallel);
  }

  private List<Datamodel> fit(Folds folds, PathOptions options, Parallel parallel) {
    BitColumns[] masks = new BitColumns[folds.parts()];
    Statistics[] parts = new Statistics[masks.length];
    for (int p = 0; p < parts.length; p++) {
      int part = p;
      masks[p] = BitColumns.ofRows(runs.masks(), D, rows(folds, p, -1));
      parts[p] =
          new Statistics(
              Statistics.of(runs, rows(folds, p, -1), new int[] {0}, parallel).gram(),
              IntStream.range(0, UNITS.length)
                  .mapToObj(t -> direct(folds, part, t, parallel).moments().getFirst())
                  .toList());
    }
    Problem problem = Problem.of(List.of(parts), folds.crossValidate());
    return new InTrainLasso(problem, UNITS, masks, LassoEstimator.lasso(options), parallel)
        .fit(options.tolerance(), Progress.NONE.start("", 0, ""));
  }

  static List<Folds> folds() {
    return List.of(Folds.DEFAULT, new Folds(3, true));
  }

  @ParameterizedTest
  @MethodSource("folds")
  void solutionsAreThoseOnTheRunsWithoutTheUnit(Folds folds) {
    try (Parallel parallel = new Parallel(2)) {
      List<Datamodel> models = fit(folds, new PathOptions(60, 0.01, 1e-6, TOLERANCE, 0), parallel);
      for (int t = 0; t < UNITS.length; t++) {
        Datamodel model = models.get(t);
        assertThat(model.relativeGap()).isLessThanOrEqualTo(TOLERANCE);
        assertThat(model.weights()[UNITS[t]]).isZero();
        Statistics own = direct(folds, -1, t, parallel);
        Lasso solver = new Lasso(own, Penalty.LASSO, new SubGram.Tiles()).target(0);
        solver.solve(model.lambda(), 1e-13);
        assertThat(model.weights()).containsExactly(solver.weights(), within(1e-5));
        assertThat(model.bias()).isCloseTo(own.bias(0, solver.weights()), within(1e-5));
      }
    }
  }

  @Test
  void pathsAreNearlyThoseOnTheRunsWithoutTheUnit() {
    try (Parallel parallel = new Parallel(2)) {
      PathOptions options = new PathOptions(60, 0.01, 1e-6, TOLERANCE, 0);
      Folds folds = Folds.DEFAULT;
      List<Datamodel> models = fit(folds, options, parallel);
      for (int t = 0; t < UNITS.length; t++) {
        Problem own = Problem.of(direct(folds, 0, t, parallel), direct(folds, 1, t, parallel));
        RegularizationPath exact =
            LassoEstimator.lasso(options)
                .fit(own, parallel, Progress.NONE.start("", 0, ""))
                .getFirst()
                .path();
        RegularizationPath path = models.get(t).path();
        double best = exact.validationErrors()[exact.best()];
        assertThat(path.validationErrors()[path.best()]).isCloseTo(best, within(0.02 * best));
        assertThat(exact.validationErrors()[path.best()]).isLessThan(best * 1.002);
        assertThat(path.bias()).isCloseTo(exact.bias(), within(0.02 * Math.sqrt(best)));
      }
    }
  }
}
