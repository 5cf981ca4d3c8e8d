package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Swin-T (Liu et al. 2021) for small pictures: patches of 2 × 2, windows of 4 × 4; torchvision's
 * {@code SwinTransformer} of these sizes.
 */
final class SwinTransformer {

  private static final int PATCH = 2;
  private static final int WIDTH = 96;
  private static final int[] DEPTHS = {2, 2, 6, 2};
  private static final int[] HEADS = {3, 6, 12, 24};
  private static final double EPSILON = 1e-5;

  private SwinTransformer() {}

  static Network build(Layers layers, Pictures pictures) {
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put(
        "features.0",
        layers
            .convWithBias(
                "features.0.0", pictures.channels(), WIDTH, PATCH, new Geometry(PATCH, 0, 1))
            .then((x, training) -> x.permute(0, 2, 3, 1))
            .then(layers.layerNorm("features.0.2", WIDTH, EPSILON)));
    int height = Math.toIntExact(pictures.height() / PATCH);
    int width = Math.toIntExact(pictures.width() / PATCH);
    long channels = WIDTH;
    for (int part = 0; part < DEPTHS.length; part++) {
      if (part > 0) {
        String name = "features." + 2 * part;
        stages.put(name, merging(layers, name, channels));
        height = Math.ceilDiv(height, 2);
        width = Math.ceilDiv(width, 2);
        channels *= 2;
      }
      for (int block = 0; block < DEPTHS[part]; block++) {
        String name = "features." + (2 * part + 1) + "." + block;
        ShiftedWindows windows = new ShiftedWindows(height, width, block % 2 == 1);
        stages.put(name, block(layers, name, channels, HEADS[part], windows));
      }
    }
    stages.put("norm", layers.layerNorm("norm", channels, EPSILON));
    stages.put("avgpool", (x, training) -> x.mean(1, 2));
    stages.put("head", linear(layers, "head", channels, pictures.outputs()));
    return new Network(stages);
  }

  private static Layer block(
      Layers layers, String name, long width, int heads, ShiftedWindows windows) {
    Layer attention =
        layers
            .layerNorm(name + ".norm1", width, EPSILON)
            .then(windows.attention(layers, name + ".attn", width, heads));
    Layer perceptron =
        layers
            .layerNorm(name + ".norm2", width, EPSILON)
            .then(linear(layers, name + ".mlp.0", width, 4 * width))
            .then(Layers.gelu())
            .then(linear(layers, name + ".mlp.3", 4 * width, width));
    return Layers.residual(attention).then(Layers.residual(perceptron));
  }

  /** Puts each 2 × 2 tokens side by side and halves the result. */
  private static Layer merging(Layers layers, String name, long width) {
    Layer reduction =
        layers.linearWithoutBias(name + ".reduction", 4 * width, 2 * width, Init.normal(0.02));
    Layer norm = layers.layerNorm(name + ".norm", 4 * width, EPSILON);
    return (x, training) -> {
      Tensor even = ShiftedWindows.padded(x, x.size(1) % 2, x.size(2) % 2);
      long h = even.size(1) / 2;
      long w = even.size(2) / 2;
      Tensor grid = even.reshape(even.size(0), h, 2, w, 2, width);
      TensorVector corners = new TensorVector();
      for (int column = 0; column < 2; column++) {
        for (int row = 0; row < 2; row++) {
          corners.push_back(grid.select(4, column).select(2, row));
        }
      }
      return reduction.apply(norm.apply(torch.cat(corners, -1), training), training);
    };
  }

  static Layer linear(Layers layers, String name, long in, long out) {
    return layers.linear(name, in, out, Init.normal(0.02), Init.constant(0));
  }
}
