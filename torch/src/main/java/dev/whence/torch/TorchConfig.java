package dev.whence.torch;

import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.torch.architecture.Architecture;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hyperparameters of {@code torch}; those left out get those of the preset, or the defaults in
 * brackets.
 *
 * @param architecture resnet9, resnet18, mobilenet-v2, cnn, mlp, vit, swin-t, mlp-mixer or
 *     convmixer [resnet9]
 * @param preset cifar10-paper or fmow-paper: the hyperparameters of the paper's Table D.2 [none]
 * @param epochs passes over the subset [24]
 * @param batch examples of a minibatch [512]
 * @param learningRate at the peak [0.5]
 * @param peak when the learning rate peaks, as a fraction of the training [5/24]
 * @param momentum of SGD [0.9]
 * @param weightDecay of SGD, as PyTorch defines it [5e-4]
 * @param labelSmoothing weight of the uniform distribution in the targets of cross-entropy [0]
 * @param crop pixels by which pictures are moved at most, their edges reflected [0]
 * @param flip whether half of the pictures are mirrored [false]
 * @param cutout side of a square that is blanked, in pixels [0]
 * @param flipAverage whether outputs are averaged with those of the mirrored target [false]
 * @param precision float32 or bfloat16 for products and convolutions [float32]
 * @param device cpu or cuda [cpu]
 */
public record TorchConfig(
    @Setting(
            value =
                "resnet9, resnet18, mobilenet-v2, cnn, mlp, vit, swin-t, mlp-mixer or convmixer",
            range =
                "resnet9, resnet18, mobilenet-v2, cnn, mlp, vit, swin-t, mlp-mixer or convmixer")
        String architecture,
    @Setting(
            value = "cifar10-paper or fmow-paper: the hyperparameters of the paper's Table D.2",
            range = "none, cifar10-paper or fmow-paper")
        String preset,
    @Setting(value = "passes over the subset", range = "at least 1") int epochs,
    @Setting(value = "examples of a minibatch", range = "at least 2") int batch,
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
        double labelSmoothing,
    @Setting(
            value = "pixels by which pictures are moved at most, their edges reflected",
            range = "at least 0")
        int crop,
    @Setting("whether half of the pictures are mirrored") boolean flip,
    @Setting(value = "side of a square that is blanked, in pixels", range = "at least 0")
        int cutout,
    @Setting("whether outputs are averaged with those of the mirrored target") boolean flipAverage,
    @Setting(
            value = "float32 or bfloat16 for products and convolutions",
            range = "float32 or bfloat16")
        String precision,
    @Setting(value = "cpu or cuda", range = "cpu or cuda") String device) {

  static final TorchConfig DEFAULTS =
      new TorchConfig(
          "resnet9", "none", 24, 512, 0.5, 5.0 / 24, 0.9, 5e-4, 0.0, 0, false, 0, false, "float32",
          "cpu");

  public TorchConfig {
    Hyperparameters checked = new Hyperparameters("learner torch");
    Architecture.of(architecture); // refuses what it does not know
    checked.range("epochs", epochs, 1, 1e6, "a whole number of at least 1");
    checked.range("batch", batch, 2, 1e6, "a whole number of at least 2");
    checked.range("learningRate", learningRate, 1e-12, 1e6, "a positive number");
    checked.range("peak", peak, 0, 1, "a fraction from 0 to 1");
    checked.range("momentum", momentum, 0, 0.999999, "a number of at least 0 and less than 1");
    checked.range("weightDecay", weightDecay, 0, 1e6, "a number of at least 0");
    checked.range("labelSmoothing", labelSmoothing, 0, 1, "a fraction from 0 to 1");
    checked.range("crop", crop, 0, 1 << 12, "pixels, at least 0");
    checked.range("cutout", cutout, 0, 1 << 12, "pixels, at least 0");
    checked.choice("preset", preset, List.of("none", "cifar10-paper", "fmow-paper"));
    checked.choice("precision", precision, List.of("float32", "bfloat16"));
    checked.choice("device", device, List.of("cpu", "cuda"));
  }

  /**
   * Returns the configuration that {@code given} is put over: a preset's (Table D.2, App. D.2), or
   * the defaults.
   */
  static TorchConfig base(ObjectNode given) {
    return switch (given.path("preset").asString("none")) {
      case "cifar10-paper" ->
          new TorchConfig(
              "resnet9",
              "cifar10-paper",
              24,
              512,
              0.5,
              5.0 / 24,
              0.9,
              5e-4,
              0,
              4,
              true,
              8,
              false,
              DEFAULTS.precision,
              DEFAULTS.device);
      case "fmow-paper" ->
          new TorchConfig(
              "resnet18",
              "fmow-paper",
              15,
              512,
              0.4,
              6.0 / 15,
              0.9,
              1e-3,
              0,
              0,
              false,
              0,
              false,
              DEFAULTS.precision,
              DEFAULTS.device);
      default -> DEFAULTS;
    };
  }
}
