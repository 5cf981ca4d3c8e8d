package dev.whence.regress.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * The statistics that datamodels are fitted to: over several sets of runs, for the same units and
 * targets.
 *
 * @param parts statistics over each part, disjoint sets of runs
 * @param splits pairs of training runs, on which paths are solved, and validation runs, which
 *     choose λ: one pair, or the K pairs of K-fold cross-validation
 * @param all statistics over the runs of all parts, for the refit
 */
public record Problem(List<Statistics> parts, List<Split> splits, Statistics all) {

  /**
   * The statistics over training runs, on which paths are solved, and over validation runs, which
   * choose λ.
   */
  public record Split(Statistics train, Statistics validation) {

    /**
     * Returns whether the split's training and validation runs together are as many as the runs of
     * {@code whole}, so that the counts of pairs over the two add up to the counts over {@code
     * whole}.
     */
    public boolean makesUp(Statistics whole) {
      return train.gram().runs() + validation.gram().runs() == whole.gram().runs();
    }
  }

  /**
   * Returns the problem whose only split has the training runs {@code train} and the validation
   * runs {@code validation}.
   */
  public static Problem of(Statistics train, Statistics validation) {
    return of(List.of(train, validation), false);
  }

  /**
   * Returns the problem of several parts, disjoint sets of runs.
   *
   * @param parts statistics over each part
   * @param crossValidate whether each part in turn validates and the others train; otherwise there
   *     are two parts, the first trains and the second validates
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

  /** Returns this problem for some of its targets. */
  public Problem forTargets(int[] targets) {
    return new Problem(
        parts.stream().map(p -> p.forTargets(targets)).toList(),
        splits.stream()
            .map(s -> new Split(s.train().forTargets(targets), s.validation().forTargets(targets)))
            .toList(),
        all.forTargets(targets));
  }

  /** Returns the statistics over the runs of part {@code p}. */
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
