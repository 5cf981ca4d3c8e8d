package dev.whence.regress;

import dev.whence.linalg.BitColumns;
import dev.whence.linalg.Parallel;
import dev.whence.store.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The regression of a target that is itself in S: over the runs whose subset lacks it (Ilyas et al.
 * 2022, eq. 9). Its sums are over those runs already; their Gram matrix is counted for it.
 */
final class InTrain {

  private InTrain() {}

  /**
   * Fits the one target of {@code problem}, whose moments are over the runs without {@code unit}.
   */
  static Datamodel fit(
      PoolStatistics statistics,
      Problem problem,
      int unit,
      Estimator estimator,
      FitOptions options,
      Parallel parallel)
      throws IOException {
    List<Statistics> parts = new ArrayList<>();
    BitColumns[] masks = statistics.reader().masks(0);
    for (int p = 0; p < masks.length; p++) {
      BitColumns left = masks[p].without(unit);
      if (left.rows() < (p == masks.length - 1 ? 1 : 2)) {
        return Datamodel.unknown(statistics.units(), options);
      }
      parts.add(new Statistics(Counting.gram(left, parallel), problem.part(p).moments()));
    }
    Progress.Task silent = Progress.NONE.start("", 0, "");
    Problem own = Problem.of(parts, options.folds().crossValidate());
    return estimator.fit(own, parallel, silent).getFirst();
  }
}
