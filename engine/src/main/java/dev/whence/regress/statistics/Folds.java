package dev.whence.regress.statistics;

import dev.whence.base.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which runs choose λ: run i is in fold i % K. The rule does not depend on how many runs there are,
 * so that new runs join the statistics of the old ones.
 *
 * @param count K
 * @param crossValidate whether each fold validates the fit to the others; else the last fold alone
 *     validates and the others train
 */
public record Folds(int count, boolean crossValidate) {

  /** One run in six validates, as in the paper (App. E.1: 50,000 of 300,000). */
  public static final Folds DEFAULT = new Folds(6, false);

  /** Validation runs below which one fold says too little of λ, and all folds choose it. */
  private static final int FEW = 300;

  /**
   * Returns the folds that {@code runs} runs need: those given, all of which validate where the
   * last one alone would have fewer than 300 runs.
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

  /** Returns the number of sets of runs whose statistics are kept apart. */
  public int parts() {
    return crossValidate ? count : 2;
  }

  /** Returns the part of run {@code run}; without cross-validation part 1 validates. */
  public int part(long run) {
    int fold = (int) (run % count);
    return crossValidate ? fold : fold / (count - 1);
  }

  /**
   * Returns the runs to a slab: what is summed together, as many of each fold, a multiple of 64 of
   * them. Sums over whole slabs do not depend on when which of them was added.
   */
  public int slab() {
    return Long.SIZE * count * Math.max(1, TargetSums.SLAB / Long.SIZE / count);
  }

  /** Returns the parts of some runs, by their places in {@code runs}. */
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

  /** Returns the number of runs in [0, runs) that are in {@code part}. */
  public int size(int part, int runs) {
    int whole = runs / count;
    if (!crossValidate) {
      return part == 1 ? whole : runs - whole;
    }
    return whole + (part < runs % count ? 1 : 0);
  }

  /** Returns the runs in [0, runs) that are in the last fold, in increasing order. */
  public int[] validation(int runs) {
    return runs(runs, true);
  }

  /** Returns the runs in [0, runs) that are in the other folds, in increasing order. */
  public int[] training(int runs) {
    return runs(runs, false);
  }

  private int[] runs(int runs, boolean last) {
    return IntStream.range(0, runs).filter(i -> (i % count == count - 1) == last).toArray();
  }
}
