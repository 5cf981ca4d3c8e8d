package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import java.util.stream.IntStream;
import org.hipparchus.util.CombinatoricsUtils;
import org.jspecify.annotations.Nullable;

/**
 * The exhaustive search of Algorithm 1 (Ilyas et al. 2022, top): every set of one unit, then every
 * set of two, …, until models are wrong. For problems of some ten units, and as the oracle of the
 * other searches.
 */
final class ExhaustiveSearch implements SupportSearch {

  private static final int MODELS = GuidedSearch.MODELS;

  /** Largest number of sets that are tried. */
  private static final long MOST_SETS = 100_000;

  private final Candidates candidates;
  private final SetChange change;
  private int[] members;
  private boolean verifying;
  private int models;
  private @Nullable Support result;

  /** Makes the intervention on a set of units. */
  interface SetChange {
    dev.whence.pool.Intervention of(int... units);
  }

  ExhaustiveSearch(Candidates candidates, SetChange change) {
    this.candidates = candidates;
    this.change = change;
    members = new int[] {0};
    long sets = 0;
    for (int k = 1; k <= candidates.most() && sets <= MOST_SETS; k++) {
      sets += count(candidates.order().length, k);
    }
    if (sets > MOST_SETS) {
      throw BadInputException.at(
          "--method exhaustive",
          "at most %,d sets of up to --up-to units".formatted(MOST_SETS),
          "%,d units, sets of up to %,d".formatted(candidates.order().length, candidates.most()));
    }
    if (candidates.before().mean() < 0) {
      result = candidates.wrongAlready();
    }
  }

  private static long count(int n, int k) {
    try {
      return CombinatoricsUtils.binomialCoefficient(n, k);
    } catch (RuntimeException e) { // larger than a long
      return MOST_SETS + 1;
    }
  }

  private int[] units() {
    return IntStream.of(members).map(i -> candidates.order()[i]).toArray();
  }

  @Override
  public @Nullable Request next() {
    return result != null ? null : new Request(change.of(units()), verifying ? MODELS : 0, MODELS);
  }

  @Override
  public void take(double[] outputs) {
    models += outputs.length;
    double mean = Sample.of(outputs).mean();
    if (verifying) {
      result = new Support(candidates.target(), members.length, units(), mean < 0, mean, models);
    } else if (mean < 0) {
      verifying = true;
    } else if (!advance()) {
      result = candidates.none(models);
    }
  }

  /** Goes to the next set in lexicographic order, or to the first that is larger by one. */
  private boolean advance() {
    int n = candidates.order().length;
    int k = members.length;
    for (int i = k - 1; i >= 0; i--) {
      if (members[i] < n - k + i) {
        members[i]++;
        for (int j = i + 1; j < k; j++) {
          members[j] = members[j - 1] + 1;
        }
        return true;
      }
    }
    if (k == Math.min(candidates.most(), n)) {
      return false;
    }
    members = IntStream.rangeClosed(0, k).toArray();
    return true;
  }

  @Override
  public Support result() {
    return java.util.Objects.requireNonNull(result);
  }
}
