package dev.whence.regress.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * What datamodels are fitted to: the statistics of sets of runs, of the same units and targets.
 *
 * @param parts disjoint sets of runs
 * @param splits pairs of runs that paths are solved on and runs that choose λ: one pair, or K of
 *     K-fold cross-validation
 * @param all all the runs, for the refit
 */
public record Problem(List<Statistics> parts, List<Split> splits, Statistics all) {

  /** Runs to solve on and the others, to choose λ with. */
  public record Split(Statistics train, Statistics validation) {

    /** Returns whether the pair makes up the runs of {@code whole}: its counts add up to theirs. */
    public boolean makesUp(Statistics whole) {
      return train.gram().runs() + validation.gram().runs() == whole.gram().runs();
    }
  }

  /** Returns the problem of one validation set. */
  public static Problem of(Statistics train, Statistics validation) {
    return of(List.of(train, validation), false);
  }

  /**
   * Returns the problem of some parts.
   *
   * @param crossValidate whether each part validates; else there are two, and the second does
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

  /** Returns d. */
  public int units() {
    return all.gram().units();
  }

  /** Returns n. */
  public int targets() {
    return all.moments().size();
  }
}
