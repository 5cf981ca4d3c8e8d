package dev.whence.torch.architecture;

import dev.whence.base.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;

/** The networks that can be trained, by the names that configurations call them. */
public enum Architecture {
  RESNET9(ResNet9::build, 11, 1),
  RESNET18(ResNet18::build, 1, 1),
  MOBILENET_V2(MobileNetV2::build, 1, 1),
  CNN(SmallCnn::build, 4, 1),
  MLP(Perceptron::build, 1, 1),
  VIT(VisionTransformer::build, 4, 4),
  SWIN_T(SwinTransformer::build, 2, 2),
  MLP_MIXER(MlpMixer::build, 4, 4),
  CONVMIXER(ConvMixer::build, 2, 1);

  private final BiFunction<Layers, Pictures, Network> builder;
  private final int smallest;
  private final int multiple;

  Architecture(BiFunction<Layers, Pictures, Network> builder, int smallest, int multiple) {
    this.builder = builder;
    this.smallest = smallest;
    this.multiple = multiple;
  }

  /** Returns the name, as configurations write it: {@code resnet9}, {@code swin-t}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the architecture with the given name. */
  public static Architecture of(String label) {
    return Arrays.stream(values())
        .filter(a -> a.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                BadInputException.at(
                    "learner torch, architecture",
                    "one of " + Arrays.stream(values()).map(Architecture::label).toList(),
                    label));
  }

  /** Declares the parameters of a network for such pictures and returns it. */
  public Network build(Parameters parameters, Pictures pictures) {
    long h = pictures.height();
    long w = pictures.width();
    if (Math.min(h, w) < smallest || h % multiple != 0 || w % multiple != 0) {
      throw BadInputException.at(
          "learner torch, architecture " + label(),
          "pictures of at least %d × %d pixels, in multiples of %d"
              .formatted(smallest, smallest, multiple),
          h + " × " + w);
    }
    return builder.apply(new Layers(parameters), pictures);
  }
}
