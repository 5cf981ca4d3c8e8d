package dev.whence.regress.statistics;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The folds of a pool's runs: run i is in fold i % K, and the runs of some folds choose λ. The fold
 * of a run does not depend on the number of runs, so that new runs can be added to statistics of
 * old runs.
 *
 * @param count K, the number of folds
 * @param crossValidate whether each fold in turn validates the fit to the other folds; otherwise
 *     the last fold validates and the other folds train
 */
@Api
public record Folds(int count, boolean crossValidate) {

  /** The default folds: one run in six validates, as in the paper (App. E.1: 50,000 of 300,000). */
  public static final Folds DEFAULT = new Folds(6, false);

  /**
   * Number of validation runs below which one fold is too small to choose λ and each fold in turn
   * validates.
   */
  private static final int FEW = 300;

  /**
   * Returns {@code given}, but with cross-validation where the last fold would have fewer than 300
   * of {@code runs} runs and each fold would have at least 2.
   */
  public static Folds forRuns(Folds given, int runs) {
    boolean few = runs / given.count < FEW && runs >= 2 * given.count;
    return new Folds(given.count, given.crossValidate || few);
  }

  public Folds {
    if (count < 2) {
      throw BadInputException.at("folds", "at least 2", count);
    }
  }

  /**
   * Returns the number of parts, disjoint sets of runs that each have their own statistics: K with
   * cross-validation, one for each fold; else 2, the training runs and the validation runs.
   */
  public int parts() {
    return crossValidate ? count : 2;
  }

  /**
   * Returns the number of the part that has run {@code run} of the pool: with cross-validation the
   * run's fold; else 0 for a training run and 1 for a validation run.
   */
  public int part(long run) {
    int fold = (int) (run % count);
    return crossValidate ? fold : fold / (count - 1);
  }

  /**
   * Returns the number of runs in a slab, the stretch of a pool's runs that is summed at once: a
   * multiple of 64 runs of each fold, the same for every fold. Sums on disk are over whole slabs
   * only, so their bits do not depend on how many runs each fit added.
   */
  public int slab() {
    return Long.SIZE * count * Math.max(1, TargetSums.SLAB / Long.SIZE / count);
  }

  /**
   * Returns {@code runs}, indices of runs, split into parts: one array for each part. The place of
   * a run in {@code runs}, not its index, decides the run's part.
   */
  public List<int[]> split(int[] runs) {
    return IntStream.range(0, parts())
        .mapToObj(
            p ->
                IntStream.range(0, runs.length)
                    .filter(i -> part(i) == p)
                    .map(i -> runs[i])
                    .toArray())
        .toList();
  }

  /** Returns how many of the pool's runs [0, runs) are in part {@code part}. */
  public int size(int part, int runs) {
    int whole = runs / count;
    if (!crossValidate) {
      return part == 1 ? whole : runs - whole;
    }
    return whole + (part < runs % count ? 1 : 0);
  }

  /**
   * Returns the indices of those of the pool's runs [0, runs) that are in the last fold,
   * increasing.
   */
  public int[] validation(int runs) {
    return runs(runs, true);
  }

  /**
   * Returns the indices of those of the pool's runs [0, runs) that are not in the last fold,
   * increasing.
   */
  public int[] training(int runs) {
    return runs(runs, false);
  }

  private int[] runs(int runs, boolean last) {
    return IntStream.range(0, runs).filter(i -> (i % count == count - 1) == last).toArray();
  }
}
