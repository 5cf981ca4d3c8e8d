package dev.whence.counterfactual;

import dev.whence.evaluate.Interval;

/**
 * A predicted number.
 *
 * @param value the prediction
 * @param error standard error of {@code value}
 */
public record Prediction(double value, double error) {

  /** 97.5% quantile of the normal distribution. */
  static final double UPPER = 1.959964;

  /** Returns the prediction with its 95% interval. */
  Interval interval() {
    return new Interval(value, value - UPPER * error, value + UPPER * error);
  }

  /** Returns the prediction of {@code factor} times the number. */
  Prediction times(double factor) {
    return new Prediction(factor * value, factor * error);
  }

  /** Returns the sum of two predictions with independent errors. */
  Prediction plus(Prediction other) {
    return new Prediction(value + other.value, Math.hypot(error, other.error));
  }
}
