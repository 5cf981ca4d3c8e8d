package dev.whence.torch.selfsupervised;

import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Head;
import dev.whence.torch.architecture.Layer;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * An encoder, its projector, and the student's predictor: the student, or the teacher behind it.
 */
final class Branch {

  final Parameters parameters;
  private final Network encoder;
  private final Layer projector;
  private final Layer predictor;

  /**
   * @param width of the encoder's representation
   * @param predicts whether there is a predictor; its parameters come last
   */
  Branch(
      SelfSupervisedConfig config,
      Pictures pictures,
      long width,
      boolean predicts,
      UniformRandomProvider random) {
    parameters = new Parameters(Parameters.device(config.device()));
    Architecture architecture = Architecture.of(config.architecture());
    encoder = architecture.build(parameters, pictures);
    int hidden = config.hidden();
    int values = config.values();
    projector = Head.perceptron(parameters, "projector", width, hidden, values);
    predictor =
        predicts
            ? Head.perceptron(parameters, "predictor", values, hidden, values)
            : (x, training) -> x;
    parameters.initialize(random);
  }

  /** Returns the representation of each picture, [n, width]. */
  Tensor represent(Tensor pictures, boolean training) {
    return encoder.features(pictures, training);
  }

  /** Returns what the loss sees of each picture, [n, values]. */
  Tensor project(Tensor pictures) {
    return projector.apply(represent(pictures, true), true);
  }

  /** Returns what a projection predicts of another view's. */
  Tensor predict(Tensor projection) {
    return predictor.apply(projection, true);
  }

  /** Moves this branch's parameters towards those of {@code student}. */
  void follow(Branch student, double stay) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor theirs = student.parameters.values().narrow(0, 0, parameters.size());
      parameters.values().lerp_(theirs, new Scalar(1 - stay));
    }
  }
}
