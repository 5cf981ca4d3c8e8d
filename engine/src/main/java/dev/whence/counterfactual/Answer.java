package dev.whence.counterfactual;

import dev.whence.base.Api;
import dev.whence.evaluate.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the training set does to one target's output.
 *
 * @param target index of the target
 * @param predicted change of the output, after minus before; null where nothing predicts it
 * @param margin the output after the change: the mean over models of the whole of S, where there
 *     are such models, plus the predicted change; null where nothing predicts it
 * @param measured the change between models; null where none were trained
 * @param agrees whether the measured change, give or take two standard errors, meets the interval
 *     of the prediction; null where one of the two is missing
 */
@Api
public record Answer(
    int target,
    @Nullable Interval predicted,
    @Nullable Interval margin,
    @Nullable Measured measured,
    @Nullable Boolean agrees) {

  /**
   * A change of an output, measured by training.
   *
   * @param value mean output after the change less mean output before
   * @param standardError standard error of {@code value}: of both means
   * @param models number of models trained after the change
   */
  @Api
  public record Measured(double value, double standardError, int models) {}

  static Answer of(
      int target,
      @Nullable Interval predicted,
      @Nullable Interval margin,
      @Nullable Measured measured) {
    return new Answer(target, predicted, margin, measured, agree(predicted, measured));
  }

  private static @Nullable Boolean agree(
      @Nullable Interval predicted, @Nullable Measured measured) {
    if (predicted == null || measured == null) {
      return null;
    }
    return meet(measured.value, measured.standardError, predicted.low(), predicted.high());
  }

  /** Returns whether a measured change, give or take two standard errors, meets an interval. */
  static boolean meet(double measured, double error, double low, double high) {
    return measured + 2 * error >= low && measured - 2 * error <= high;
  }
}
