package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;

/**
 * Two convolutions of 3 × 3 with 16 and 32 channels, ReLU and 2 × 2 maxima between, then a fully
 * connected layer: what the built-in learner {@code cnn} is, here for GPUs and for gradients.
 */
final class SmallCnn {

  private SmallCnn() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put("2", block(layers, "0", pictures.channels(), 16));
    stages.put("5", block(layers, "3", 16, 32));
    stages.put("6", Layers.flatten());
    long pixels = pictures.height() / 4 * (pictures.width() / 4);
    stages.put("7", layers.linear("7", 32 * pixels, pictures.outputs()));
    return new Network(stages);
  }

  private static Layer block(Layers layers, String name, long in, long out) {
    return layers
        .convWithBias(name, in, out, 3, new Geometry(1, 1, 1))
        .then((x, training) -> torch.relu(x))
        .then(Layers.maxPool2());
  }
}
