package dev.whence.pool;

import dev.whence.base.BadInputException;
import dev.whence.data.Labels;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import java.util.List;

/** Derivatives of {@link Output}s by logits, or predictions, for examples with given labels. */
public final class OutputGradients {

  private OutputGradients() {}

  /** Returns the derivative of {@code output}, or refuses one that has none with these labels. */
  public static OutputGradient of(Output output, Labels labels) {
    List<Output> differentiable =
        Output.suitable(labels).stream().filter(Output::differentiable).toList();
    if (!differentiable.contains(output)) {
      throw BadInputException.at(
          "output",
          "one number with a derivative, of " + differentiable.stream().map(Output::label).toList(),
          output.label());
    }
    return switch (labels) {
      case Labels.Classes classes ->
          (i, z, from, gradient) -> output.slope(z, from, classes.values()[i], gradient);
      case Labels.Reals reals ->
          (i, z, from, gradient) -> gradient[0] = output.realSlope(z[from], reals.values()[i]);
    };
  }
}
