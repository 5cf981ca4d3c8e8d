package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * MLP-Mixer (Tolstikhin et al. 2021) for small pictures: patches of 4 × 4, 8 layers of width 256;
 * timm's {@code MlpMixer} of these sizes.
 */
final class MlpMixer {

  private static final int PATCH = 4;
  private static final int DEPTH = 8;
  private static final int WIDTH = 256;
  private static final double EPSILON = 1e-6;

  private MlpMixer() {}

  static Network build(Layers layers, Pictures pictures) {
    long tokens = pictures.height() / PATCH * (pictures.width() / PATCH);
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put(
        "stem",
        layers
            .convWithBias("stem.proj", pictures.channels(), WIDTH, PATCH, new Geometry(PATCH, 0, 1))
            .then((x, training) -> x.flatten(2, -1).transpose(1, 2)));
    for (int l = 0; l < DEPTH; l++) {
      String name = "blocks." + l;
      stages.put(name, block(layers, name, tokens));
    }
    stages.put("norm", layers.layerNorm("norm", WIDTH, EPSILON));
    stages.put("pool", (x, training) -> x.mean(1));
    stages.put("head", layers.linear("head", WIDTH, pictures.outputs()));
    return new Network(stages);
  }

  private static Layer block(Layers layers, String name, long tokens) {
    Layer acrossTokens =
        layers
            .layerNorm(name + ".norm1", WIDTH, EPSILON)
            .then((x, training) -> x.transpose(1, 2))
            .then(perceptron(layers, name + ".mlp_tokens", tokens, WIDTH / 2))
            .then((x, training) -> x.transpose(1, 2));
    Layer acrossChannels =
        layers
            .layerNorm(name + ".norm2", WIDTH, EPSILON)
            .then(perceptron(layers, name + ".mlp_channels", WIDTH, 4L * WIDTH));
    return Layers.residual(acrossTokens).then(Layers.residual(acrossChannels));
  }

  private static Layer perceptron(Layers layers, String name, long width, long inner) {
    return layers
        .linear(name + ".fc1", width, inner)
        .then(Layers.gelu())
        .then(layers.linear(name + ".fc2", inner, width));
  }
}
