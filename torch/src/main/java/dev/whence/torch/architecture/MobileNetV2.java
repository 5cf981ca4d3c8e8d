package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;

/**
 * MobileNetV2 (Sandler et al. 2018), as torchvision builds and initialises it, dropout left out.
 */
final class MobileNetV2 {

  /** Expansion, channels, blocks and first stride of each part. */
  private static final int[][] PARTS = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private static final int LAST = 1280;

  private MobileNetV2() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put(
        "features.0",
        block(layers, "features.0", pictures.channels(), 32, 3, new Geometry(2, 1, 1)));
    long in = 32;
    int index = 1;
    for (int[] part : PARTS) {
      for (int block = 0; block < part[2]; block++) {
        String name = "features." + index++;
        stages.put(
            name, inverted(layers, name + ".conv", in, part[1], part[0], block == 0 ? part[3] : 1));
        in = part[1];
      }
    }
    String last = "features." + index;
    stages.put(last, block(layers, last, in, LAST, 1, new Geometry(1, 0, 1)));
    stages.put("pool", Layers.meanOverPixels());
    stages.put(
        "classifier",
        layers.linear(
            "classifier.1", LAST, pictures.outputs(), Init.normal(0.01), Init.constant(0)));
    return new Network(stages);
  }

  private static Layer inverted(
      Layers layers, String name, long in, long out, long expansion, long stride) {
    long inner = in * expansion;
    int index = 0;
    Layer body = (x, training) -> x;
    if (expansion != 1) {
      body = block(layers, name + "." + index++, in, inner, 1, new Geometry(1, 0, 1));
    }
    body =
        body.then(
            block(layers, name + "." + index++, inner, inner, 3, new Geometry(stride, 1, inner)));
    body =
        body.then(conv(layers, name + "." + index, inner, out, 1, new Geometry(1, 0, 1)))
            .then(layers.batchNorm(name + "." + (index + 1), out));
    return stride == 1 && in == out ? Layers.residual(body) : body;
  }

  private static Layer block(
      Layers layers, String name, long in, long out, long size, Geometry geometry) {
    return conv(layers, name + ".0", in, out, size, geometry)
        .then(layers.batchNorm(name + ".1", out))
        .then((x, training) -> torch.relu6(x));
  }

  private static Layer conv(
      Layers layers, String name, long in, long out, long size, Geometry geometry) {
    Init init = Init.normal(Math.sqrt(2.0 / (out * size * size)));
    return layers.conv(name, in, out, size, geometry, init);
  }
}
