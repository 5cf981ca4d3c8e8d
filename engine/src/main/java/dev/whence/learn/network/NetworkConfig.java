package dev.whence.learn.network;

import dev.whence.base.BadInputException;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.linalg.dense.Strips;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Hyperparameters of {@link NeuralNetwork}; hyperparameters left out get the defaults in brackets.
 *
 * @param channels output channels of each convolution (3 × 3, ReLU, 2 × 2 maximum) before the
 *     layers that are fully connected, multiples of 16 [none; cnn 16, 32]
 * @param hidden width of each hidden layer; no hidden layer makes softmax (or linear) regression
 *     [none; mlp 128]
 * @param epochs passes over the subset [12]
 * @param batch examples of a minibatch [128]
 * @param learningRate learning rate at the peak [mlp 0.1; cnn 0.05; softmax 0.02]
 * @param peak position of the learning rate's peak, as a fraction of the training [0.2]
 * @param momentum of SGD [0.9]
 * @param weightDecay of SGD, as PyTorch defines it [5e-4]
 * @param labelSmoothing weight of the uniform distribution in the labels of cross-entropy [0]
 */
public record NetworkConfig(
    @Setting(
            value =
                "of each convolution (3 × 3, ReLU, 2 × 2 maximum) before the layers that are fully connected, in sixteens",
            range = "multiples of 16")
        List<Integer> channels,
    @Setting(
            value = "width of each hidden layer; none makes softmax (or linear) regression",
            range = "widths of at least 1")
        List<Integer> hidden,
    @Setting(value = "passes over the subset", range = "at least 1") int epochs,
    @Setting(value = "examples of a minibatch", range = "at least 1") int batch,
    @Setting(value = "learning rate at the peak", range = "above 0") double learningRate,
    @Setting(
            value = "when the learning rate peaks, as a fraction of the training",
            range = "0 to 1")
        double peak,
    @Setting(value = "of SGD", range = "0 to below 1") double momentum,
    @Setting(value = "of SGD, as PyTorch defines it", range = "at least 0") double weightDecay,
    @Setting(
            value = "weight of the uniform distribution in the labels of cross-entropy",
            range = "0 to 1")
        double labelSmoothing) {

  public NetworkConfig {
    Hyperparameters checked = new Hyperparameters("learner");
    checked.range("epochs", epochs, 1, 1e6, "a whole number of at least 1");
    checked.range("batch", batch, 1, 1e6, "a whole number of at least 1");
    checked.range("learningRate", learningRate, 1e-12, 1e6, "a positive number");
    checked.range("peak", peak, 0, 1, "a fraction from 0 to 1");
    checked.range("momentum", momentum, 0, 0.999999, "a number of at least 0 and less than 1");
    checked.range("weightDecay", weightDecay, 0, 1e6, "a number of at least 0");
    checked.range("labelSmoothing", labelSmoothing, 0, 1, "a fraction from 0 to 1");
    channels = List.copyOf(channels);
    for (int count : channels) {
      if (count < 1 || count % Strips.WIDTH != 0) {
        throw BadInputException.at("learner, channels", "multiples of " + Strips.WIDTH, channels);
      }
    }
    hidden = List.copyOf(hidden);
    for (int width : hidden) {
      checked.range("hidden", width, 1, 1 << 20, "widths of at least 1");
    }
  }

  /** Returns the widths of the fully connected layers from the inputs to the outputs. */
  static int[] widths(int inputs, List<Integer> hidden, int outputs) {
    IntStream inner = hidden.stream().mapToInt(Integer::intValue);
    return IntStream.concat(IntStream.concat(IntStream.of(inputs), inner), IntStream.of(outputs))
        .toArray();
  }
}
