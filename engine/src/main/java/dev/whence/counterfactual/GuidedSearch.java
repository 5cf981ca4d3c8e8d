package dev.whence.counterfactual;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Algorithm 1 of Ilyas et al. 2022 with App. F.3: twenty models at each size of a grid, isotonic
 * regression of their mean outputs, the size at which it reaches 0, a fifth more, and twenty fresh
 * models that verify.
 */
final class GuidedSearch implements SupportSearch {

  /** Number of models at each size, T. */
  static final int MODELS = 20;

  /** Factor on the size at which the regression reaches 0, so that more supports are verified. */
  static final double MARGIN = 1.2;

  private static final int[] REMOVED = {10, 20, 40, 80, 160, 320, 640, 1280};
  private static final int[] RELABELLED = {2, 4, 8, 16, 32, 64, 128, 256};

  private final Candidates candidates;
  private final double factor;
  private final int[] grid;
  private final double[] means;
  private int next;
  private int size = -1;
  private @Nullable Support result;

  /**
   * @param relabelled whether units are relabelled, for which smaller sizes are tried
   * @param factor factor on the size at which the regression reaches 0
   */
  GuidedSearch(Candidates candidates, boolean relabelled, double factor) {
    this.candidates = candidates;
    this.factor = factor;
    grid =
        IntStream.of(relabelled ? RELABELLED : REMOVED)
            .filter(k -> k <= candidates.most())
            .toArray();
    means = new double[grid.length];
    if (candidates.before().mean() < 0) {
      result = candidates.wrongAlready();
    } else if (grid.length == 0) {
      result = candidates.none(0);
    }
  }

  @Override
  public @Nullable Request next() {
    if (result != null) {
      return null;
    }
    if (next < grid.length) {
      return new Request(candidates.change().apply(grid[next]), 0, MODELS);
    }
    boolean tried = IntStream.of(grid).anyMatch(k -> k == size);
    return new Request(candidates.change().apply(size), tried ? MODELS : 0, MODELS);
  }

  @Override
  public void take(double[] outputs) {
    double mean = Sample.of(outputs).mean();
    if (next < grid.length) {
      means[next++] = mean;
      if (next == grid.length) {
        size = size();
        if (size < 0) {
          result = candidates.none(MODELS * grid.length);
        }
      }
      return;
    }
    result =
        new Support(
            candidates.target(),
            size,
            candidates.units(size),
            mean < 0,
            mean,
            MODELS * (grid.length + 1));
  }

  /** Returns the size that the regression gives; −1 where it stays above 0. */
  private int size() {
    double[] xs = new double[grid.length + 1];
    double[] ys = new double[xs.length];
    double[] weights = new double[xs.length];
    Arrays.fill(weights, MODELS);
    ys[0] = candidates.before().mean();
    weights[0] = candidates.before().models();
    for (int i = 0; i < grid.length; i++) {
      xs[i + 1] = grid[i];
      ys[i + 1] = means[i];
    }
    double zero = Isotonic.zero(xs, Isotonic.decreasing(ys, weights));
    return Double.isNaN(zero)
        ? -1
        : (int) Math.clamp((long) Math.ceil(factor * Math.ceil(zero)), 1, candidates.most());
  }

  @Override
  public Support result() {
    return java.util.Objects.requireNonNull(result);
  }
}
