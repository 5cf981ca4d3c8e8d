package dev.whence.torch.selfsupervised;

import dev.whence.base.BadInputException;
import dev.whence.learn.Hyperparameters;
import dev.whence.torch.architecture.Architecture;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hyperparameters; those left out get the defaults in brackets.
 *
 * @param method simclr, moco, byol or dino [simclr]
 * @param architecture of the encoder, as of the learner torch [cnn]
 * @param epochs passes over the pictures [10]
 * @param batch pictures of a minibatch, two views each [128]
 * @param learningRate at the peak, a tenth into the training [0.1; byol and dino 0.05]
 * @param weightDecay [1e-4]
 * @param temperature of simclr and moco, and of dino's student [0.2; dino 0.1]
 * @param teacher how much of the teacher stays at each step: moco, byol, dino [0.99]
 * @param queue keys that moco keeps [4096]
 * @param hidden width of the heads [256]
 * @param values that the loss sees [64; dino 256]
 * @param least smallest part of a picture that a view shows [0.3]
 * @param seed of weights and views [0]
 * @param device cpu or cuda [cpu]
 */
record SelfSupervisedConfig(
    String method,
    String architecture,
    int epochs,
    int batch,
    double learningRate,
    double weightDecay,
    double temperature,
    double teacher,
    int queue,
    int hidden,
    int values,
    double least,
    long seed,
    String device) {

  private static final List<String> METHODS = List.of("simclr", "moco", "byol", "dino");

  SelfSupervisedConfig {
    Hyperparameters checked = new Hyperparameters("self-supervision");
    if (!METHODS.contains(method)) {
      throw BadInputException.at("--train", "one of " + METHODS, method);
    }
    Architecture.of(architecture); // refuses what it does not know
    checked.range("epochs", epochs, 1, 1e6, "at least 1");
    checked.range("batch", batch, 2, 1e6, "at least 2");
    checked.range("learningRate", learningRate, 1e-12, 1e6, "a positive number");
    checked.range("weightDecay", weightDecay, 0, 1e6, "at least 0");
    checked.range("temperature", temperature, 1e-6, 1e6, "a positive number");
    checked.range("teacher", teacher, 0, 1, "a fraction from 0 to 1");
    checked.range("queue", queue, 1, 1e8, "at least 1");
    checked.range("hidden", hidden, 1, 1e6, "at least 1");
    checked.range("values", values, 2, 1e6, "at least 2");
    checked.range("least", least, 1e-3, 1, "a fraction from 0.001 to 1");
  }

  /** Returns the defaults of the method that {@code given} names. */
  static SelfSupervisedConfig defaults(ObjectNode given) {
    String method = given.path("method").asString("simclr");
    boolean dino = method.equals("dino");
    return new SelfSupervisedConfig(
        method,
        "cnn",
        10,
        128,
        dino || method.equals("byol") ? 0.05 : 0.1,
        1e-4,
        dino ? 0.1 : 0.2,
        0.99,
        4096,
        256,
        dino ? 256 : 64,
        0.3,
        0,
        "cpu");
  }
}
