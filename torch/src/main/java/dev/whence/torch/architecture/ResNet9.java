package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * The ResNet-9 of the paper (App. D.2): Kakao Brain's variant for fast training on CIFAR-10, as in
 * FFCV's example.
 */
final class ResNet9 {

  private static final Geometry SAME = new Geometry(1, 1, 1);
  private static final float TEMPERATURE = 0.2f;

  private ResNet9() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put("0", block(layers, "0", pictures.channels(), 64, 3, SAME));
    stages.put("1", block(layers, "1", 64, 128, 5, new Geometry(2, 2, 1)));
    stages.put("2", residual(layers, "2", 128));
    stages.put("3", block(layers, "3", 128, 256, 3, SAME));
    stages.put("4", Layers.maxPool2());
    stages.put("5", residual(layers, "5", 256));
    stages.put("6", block(layers, "6", 256, 128, 3, new Geometry(1, 0, 1)));
    stages.put("7", (x, training) -> torch.adaptive_max_pool2d(x, 1, 1).get0().flatten(1, -1));
    Layer linear = layers.linearWithoutBias("9", 128, pictures.outputs(), Init.uniform(128));
    stages.put("10", (x, training) -> linear.apply(x, training).mul(new Scalar(TEMPERATURE)));
    return new Network(stages);
  }

  private static Layer block(
      Layers layers, String name, long in, long out, long size, Geometry geometry) {
    return layers
        .conv(name + ".0", in, out, size, geometry)
        .then(layers.batchNorm(name + ".1", out))
        .then(Layers.relu());
  }

  private static Layer residual(Layers layers, String name, long channels) {
    return Layers.residual(
        block(layers, name + ".module.0", channels, channels, 3, SAME)
            .then(block(layers, name + ".module.1", channels, channels, 3, SAME)));
  }
}
