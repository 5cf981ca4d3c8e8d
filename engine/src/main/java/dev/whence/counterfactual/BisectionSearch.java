package dev.whence.counterfactual;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The search of "What makes predictions brittle" (data-brittleness paper, A.6): five models at the
 * largest size, and where they are wrong, at the middle of the interval, seven times. Five fresh
 * models verify the smallest size at which models were wrong.
 */
final class BisectionSearch implements SupportSearch {

  /** Number of models at each size. */
  static final int MODELS = 5;

  private static final int HALVINGS = 7;

  private final Candidates candidates;
  private final boolean majority;
  private int low;
  private int high;
  private int tests;
  private boolean verifying;
  private @Nullable Support result;

  /**
   * @param majority whether more than half of the models must be wrong, instead of their mean
   *     output
   */
  BisectionSearch(Candidates candidates, boolean majority) {
    this.candidates = candidates;
    this.majority = majority;
    high = candidates.most();
    if (candidates.before().mean() < 0) {
      result = candidates.wrongAlready();
    }
  }

  private int size() {
    return tests == 0 || verifying ? high : (low + high) / 2;
  }

  @Override
  public @Nullable Request next() {
    return result != null
        ? null
        : new Request(candidates.change().apply(size()), verifying ? MODELS : 0, MODELS);
  }

  private boolean wrong(double[] outputs) {
    return majority
        ? Arrays.stream(outputs).filter(y -> y < 0).count() * 2 > outputs.length
        : Sample.of(outputs).mean() < 0;
  }

  @Override
  public void take(double[] outputs) {
    boolean wrong = wrong(outputs);
    if (verifying) {
      result =
          new Support(
              candidates.target(),
              high,
              candidates.units(high),
              wrong,
              Sample.of(outputs).mean(),
              MODELS * (tests + 1));
      return;
    }
    int size = size();
    tests++;
    if (wrong) {
      high = size;
    } else if (tests == 1) {
      result = candidates.none(MODELS);
      return;
    } else {
      low = size;
    }
    verifying = tests > HALVINGS || high - low <= 1;
  }

  @Override
  public Support result() {
    return java.util.Objects.requireNonNull(result);
  }
}
