package dev.whence.learn.network;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The built-in multilayer perceptron. */
public final class MlpFactory implements LearnerFactory {

  private static final NetworkConfig DEFAULTS =
      new NetworkConfig(List.of(), List.of(128), 12, 128, 0.1, 0.2, 0.9, 5e-4, 0.0);

  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public String description() {
    return "multilayer perceptron, SGD with momentum and a triangular learning rate";
  }

  @Override
  public Class<? extends Record> settings() {
    return NetworkConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return NeuralNetwork.fullyConnected(name(), read(config, DEFAULTS));
  }
}
