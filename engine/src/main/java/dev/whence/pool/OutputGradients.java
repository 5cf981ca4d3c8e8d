package dev.whence.pool;

import dev.whence.data.BadInputException;
import dev.whence.data.Labels;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import java.util.Arrays;

/** Derivatives of {@link Output}s with respect to the logits, p their softmax. */
public final class OutputGradients {

  private OutputGradients() {}

  /** Returns the derivative of {@code output} for examples with the given labels. */
  public static OutputGradient of(Output output, Labels labels) {
    return switch (labels) {
      case Labels.Classes classes -> {
        requireDerivative(output, output != Output.PREDICTION);
        yield (i, z, from, gradient) -> derive(output, z, from, classes.values()[i], gradient);
      }
      case Labels.Reals reals ->
          switch (output) {
            case PREDICTION -> (i, z, from, gradient) -> gradient[0] = 1;
            case SQUARED_ERROR ->
                (i, z, from, gradient) -> gradient[0] = 2 * (z[from] - reals.values()[i]);
            default -> throw unsuitable(output);
          };
    };
  }

  private static void requireDerivative(Output output, boolean suitable) {
    if (!suitable || output == Output.CORRECTNESS || output == Output.LOGITS) {
      throw unsuitable(output);
    }
  }

  private static BadInputException unsuitable(Output output) {
    return BadInputException.at(
        "output",
        "one number with a derivative (margin, log_odds_margin, confidence, cross_entropy, squared_error; for real labels prediction,"
            + " squared_error)",
        output.label());
  }

  private static void derive(Output output, float[] z, int from, int y, float[] gradient) {
    int k = gradient.length;
    if (output == Output.MARGIN) {
      int other = y == 0 ? 1 : 0;
      for (int c = 0; c < k; c++) {
        other = c != y && z[from + c] > z[from + other] ? c : other;
      }
      Arrays.fill(gradient, 0);
      gradient[y] = 1;
      gradient[other] = -1;
      return;
    }
    double[] p = softmax(z, from, k, output == Output.LOG_ODDS_MARGIN ? y : -1);
    double expected = 0;
    for (int c = 0; c < k; c++) {
      expected += p[c] * (p[c] - (c == y ? 1 : 0));
    }
    for (int c = 0; c < k; c++) {
      double own = c == y ? 1 : 0;
      gradient[c] =
          (float)
              switch (output) {
                case LOG_ODDS_MARGIN -> own - p[c];
                case CONFIDENCE -> p[y] * (own - p[c]);
                case CROSS_ENTROPY -> p[c] - own;
                case SQUARED_ERROR -> 2 * p[c] * (p[c] - own - expected);
                default -> throw unsuitable(output);
              };
    }
  }

  /** Returns the softmax over all classes but {@code without}, whose share is 0. */
  private static double[] softmax(float[] z, int from, int k, int without) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < k; c++) {
      max = c == without ? max : Math.max(max, z[from + c]);
    }
    double[] p = new double[k];
    double sum = 0;
    for (int c = 0; c < k; c++) {
      p[c] = c == without ? 0 : Math.exp(z[from + c] - max);
      sum += p[c];
    }
    for (int c = 0; c < k; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
