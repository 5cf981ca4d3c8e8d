package dev.whence.regress.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * The statistics that datamodels are fitted to: of several sets of runs, with the same units and
 * targets.
 *
 * @param parts statistics of disjoint sets of runs
 * @param splits pairs of training runs, on which paths are solved, and validation runs, which
 *     choose λ: one pair, or the K pairs of K-fold cross-validation
 * @param all statistics of all the runs, for the refit
 */
public record Problem(List<Statistics> parts, List<Split> splits, Statistics all) {

  /** Training runs, on which paths are solved, and validation runs, which choose λ. */
  public record Split(Statistics train, Statistics validation) {

    /**
     * Returns whether the split has all runs of {@code whole}, so that the counts of its two sides
     * add up to the counts of {@code whole}.
     */
    public boolean makesUp(Statistics whole) {
      return train.gram().runs() + validation.gram().runs() == whole.gram().runs();
    }
  }

  /** Returns the problem with one split, of {@code train} and {@code validation}. */
  public static Problem of(Statistics train, Statistics validation) {
    return of(List.of(train, validation), false);
  }

  /**
   * Returns the problem of disjoint sets of runs.
   *
   * @param parts statistics of the sets
   * @param crossValidate whether each part in turn validates; otherwise there are two parts, and
   *     the second validates
   */
  public static Problem of(List<Statistics> parts, boolean crossValidate) {
    List<Split> splits = new ArrayList<>();
    for (Statistics held : crossValidate ? parts : parts.subList(1, 2)) {
      Statistics others =
          parts.stream().filter(p -> p != held).reduce(Statistics::plus).orElseThrow();
      splits.add(new Split(others, held));
    }
    return new Problem(parts, splits, parts.stream().reduce(Statistics::plus).orElseThrow());
  }

  /** Returns the problem of these targets alone. */
  public Problem forTargets(int[] targets) {
    return new Problem(
        parts.stream().map(p -> p.forTargets(targets)).toList(),
        splits.stream()
            .map(s -> new Split(s.train().forTargets(targets), s.validation().forTargets(targets)))
            .toList(),
        all.forTargets(targets));
  }

  /** Returns the statistics of part {@code p}. */
  public Statistics part(int p) {
    return parts.get(p);
  }

  /** Returns d, the number of units. */
  public int units() {
    return all.gram().units();
  }

  /** Returns n, the number of targets. */
  public int targets() {
    return all.moments().size();
  }
}
