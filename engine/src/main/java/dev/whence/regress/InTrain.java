package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.BitColumns;
import dev.whence.regress.statistics.Counting;
import dev.whence.regress.statistics.PoolStatistics;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits a target that is itself in S, on the runs that lack the target's unit (Ilyas et al. 2022,
 * eq. 9). {@link PoolStatistics} has the target's sums over these runs; this class counts the Gram
 * matrix of these runs.
 */
final class InTrain {

  private InTrain() {}

  /**
   * Returns whether enough runs lack {@code unit}: at least one run of the last part and at least
   * two runs of every other part.
   *
   * @param masks masks of all runs of each part
   */
  static boolean known(BitColumns[] masks, int unit) {
    int last = masks.length - 1;
    return IntStream.rangeClosed(0, last)
        .allMatch(p -> masks[p].rows() - masks[p].common(unit, unit) >= (p == last ? 1 : 2));
  }

  /**
   * Returns the datamodel of the one target of {@code problem}, fitted on the runs that lack {@code
   * unit}; {@link Datamodel#unknown} where too few do.
   *
   * @param problem moments of the target over the runs that lack {@code unit}
   * @param unit index of the target's unit
   */
  static Datamodel fit(
      PoolStatistics statistics,
      Problem problem,
      int unit,
      Estimator estimator,
      FitOptions options,
      Parallel parallel)
      throws IOException {
    BitColumns[] masks = statistics.reader().masks(0);
    if (!known(masks, unit)) {
      return Datamodel.unknown(statistics.units(), options);
    }
    List<Statistics> parts = new ArrayList<>();
    for (int p = 0; p < masks.length; p++) {
      BitColumns left = masks[p].without(unit);
      parts.add(new Statistics(Counting.gram(left, parallel), problem.part(p).moments()));
    }
    Progress.Task silent = Progress.NONE.start("", 0, "");
    Problem own = Problem.of(parts, options.folds().crossValidate());
    return estimator.fit(own, parallel, silent).getFirst();
  }
}
