package dev.whence.learn.network;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The built-in convolutional network. */
public final class CnnFactory implements LearnerFactory {

  private static final NetworkConfig DEFAULTS =
      new NetworkConfig(List.of(16, 32), List.of(), 12, 128, 0.05, 0.2, 0.9, 5e-4, 0.0);

  @Override
  public String name() {
    return "cnn";
  }

  @Override
  public String description() {
    return "small convolutional network (3 × 3, ReLU, 2 × 2 maximum; then fully connected), trained as mlp is";
  }

  @Override
  public Class<? extends Record> settings() {
    return NetworkConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return new NeuralNetwork(name(), read(config, DEFAULTS));
  }
}
