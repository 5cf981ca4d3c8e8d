package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ConvMixer-256/8 (Trockman and Kolter 2022) for small pictures: patches of 2 × 2, filters of 5 ×
 * 5; timm's {@code ConvMixer} of these sizes.
 */
final class ConvMixer {

  private static final int PATCH = 2;
  private static final int KERNEL = 5;
  private static final int DEPTH = 8;
  private static final int WIDTH = 256;

  private ConvMixer() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put(
        "stem", normalised(layers, "stem", pictures.channels(), PATCH, new Geometry(PATCH, 0, 1)));
    for (int l = 0; l < DEPTH; l++) {
      String name = "blocks." + l;
      Layer spatial =
          normalised(layers, name + ".0.fn", WIDTH, KERNEL, new Geometry(1, KERNEL / 2, WIDTH));
      Layer pointwise =
          layers
              .convWithBias(name + ".1", WIDTH, WIDTH, 1, new Geometry(1, 0, 1))
              .then(Layers.gelu())
              .then(layers.batchNorm(name + ".3", WIDTH));
      stages.put(name, Layers.residual(spatial).then(pointwise));
    }
    stages.put("pooling", Layers.meanOverPixels());
    stages.put("head", layers.linear("head", WIDTH, pictures.outputs()));
    return new Network(stages);
  }

  private static Layer normalised(
      Layers layers, String name, long in, long size, Geometry geometry) {
    return layers
        .convWithBias(name + ".0", in, WIDTH, size, geometry)
        .then(Layers.gelu())
        .then(layers.batchNorm(name + ".2", WIDTH));
  }
}
