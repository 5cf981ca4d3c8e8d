package dev.whence.counterfactual;

import java.util.Arrays;

/**
 * Outputs of models that were trained in the same way, on one target.
 *
 * @param mean mean output
 * @param variance variance of one output, unbiased; NaN of fewer than two models
 * @param models number of models
 */
record Sample(double mean, double variance, int models) {

  static Sample of(double... outputs) {
    double mean = Arrays.stream(outputs).average().orElse(Double.NaN);
    double squares = Arrays.stream(outputs).map(y -> (y - mean) * (y - mean)).sum();
    return new Sample(
        mean, outputs.length > 1 ? squares / (outputs.length - 1) : Double.NaN, outputs.length);
  }

  /** Returns the squared standard error of the mean. */
  double error() {
    return variance / models;
  }

  /** Returns the change from {@code before} to this. */
  Answer.Measured since(Sample before) {
    return new Answer.Measured(mean - before.mean, Math.sqrt(error() + before.error()), models);
  }
}
