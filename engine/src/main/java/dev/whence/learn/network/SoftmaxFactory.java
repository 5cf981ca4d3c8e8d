package dev.whence.learn.network;

import dev.whence.base.BadInputException;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** Softmax regression (for real labels: linear regression): a perceptron without hidden layers. */
public final class SoftmaxFactory implements LearnerFactory {

  private static final NetworkConfig DEFAULTS =
      new NetworkConfig(List.of(), List.of(), 12, 128, 0.02, 0.2, 0.9, 5e-4, 0.0);

  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public String description() {
    return "softmax regression (real labels: linear), trained as mlp is";
  }

  @Override
  public Class<? extends Record> settings() {
    return NetworkConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    NetworkConfig complete = read(config, DEFAULTS);
    if (!Objects.requireNonNull(complete.hidden()).isEmpty()) {
      throw BadInputException.at(
          "learner softmax", "no hidden layers (mlp has them)", complete.hidden());
    }
    return NeuralNetwork.fullyConnected(name(), complete);
  }
}
