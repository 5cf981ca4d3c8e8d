package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;

/** ResNet-18 (He et al. 2016), as torchvision builds and initialises it. */
final class ResNet18 {

  private ResNet18() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put("conv1", conv(layers, "conv1", pictures.channels(), 64, 7, new Geometry(2, 3, 1)));
    stages.put("relu", layers.batchNorm("bn1", 64).then(Layers.relu()));
    stages.put(
        "maxpool",
        (x, training) ->
            torch.max_pool2d(
                x,
                new long[] {3, 3},
                new long[] {2, 2},
                new long[] {1, 1},
                new long[] {1, 1},
                false));
    long in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      long out = 64L << (stage - 1);
      String name = "layer" + stage;
      stages.put(
          name,
          block(layers, name + ".0", in, out, stage == 1 ? 1 : 2)
              .then(block(layers, name + ".1", out, out, 1)));
      in = out;
    }
    stages.put("avgpool", Layers.meanOverPixels());
    stages.put("fc", layers.linear("fc", 512, pictures.outputs()));
    return new Network(stages);
  }

  private static Layer block(Layers layers, String name, long in, long out, long stride) {
    Layer body =
        conv(layers, name + ".conv1", in, out, 3, new Geometry(stride, 1, 1))
            .then(layers.batchNorm(name + ".bn1", out))
            .then(Layers.relu())
            .then(conv(layers, name + ".conv2", out, out, 3, new Geometry(1, 1, 1)))
            .then(layers.batchNorm(name + ".bn2", out));
    Layer shortcut =
        stride == 1
            ? (x, training) -> x
            : conv(layers, name + ".downsample.0", in, out, 1, new Geometry(stride, 0, 1))
                .then(layers.batchNorm(name + ".downsample.1", out));
    return Layers.residual(body, shortcut).then(Layers.relu());
  }

  /** Initialised from N(0, 2 / (out · size²)): Kaiming's, by what a filter feeds. */
  private static Layer conv(
      Layers layers, String name, long in, long out, long size, Geometry geometry) {
    Init init = Init.normal(Math.sqrt(2.0 / (out * size * size)));
    return layers.conv(name, in, out, size, geometry, init);
  }
}
