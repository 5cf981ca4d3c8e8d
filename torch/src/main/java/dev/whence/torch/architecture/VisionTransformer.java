package dev.whence.torch.architecture;

import dev.whence.torch.architecture.Layers.Geometry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A vision transformer (Dosovitskiy et al. 2021) for small pictures: patches of 4 × 4, 6 layers of
 * width 512 with 8 heads; torchvision's {@code VisionTransformer} of these sizes.
 */
final class VisionTransformer {

  private static final int PATCH = 4;
  private static final int DEPTH = 6;
  private static final int WIDTH = 512;
  private static final int HEADS = 8;
  private static final double EPSILON = 1e-6;

  private VisionTransformer() {}

  static Network build(Layers layers, Pictures pictures) {
    long tokens = 1 + pictures.height() / PATCH * (pictures.width() / PATCH);
    Parameter token = layers.declare("class_token", Init.constant(0), 1, 1, WIDTH);
    Layer patches =
        layers.convWithBias(
            "conv_proj", pictures.channels(), WIDTH, PATCH, new Geometry(PATCH, 0, 1));
    Parameter positions =
        layers.declare("encoder.pos_embedding", Init.normal(0.02), 1, tokens, WIDTH);
    Layer first = layers.repeated(token);
    Layer position = layers.repeated(positions);
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put(
        "embedding",
        (x, training) -> {
          Tensor embedded = patches.apply(x, training).flatten(2, -1).transpose(1, 2);
          TensorVector sequence = new TensorVector(first.apply(x, training), embedded);
          return torch.cat(sequence, 1).add(position.apply(x, training));
        });
    for (int l = 0; l < DEPTH; l++) {
      String name = "encoder.layers.encoder_layer_" + l;
      stages.put(name, block(layers, name));
    }
    Layer norm = layers.layerNorm("encoder.ln", WIDTH, EPSILON);
    stages.put("encoder.ln", (x, training) -> norm.apply(x.select(1, 0), training));
    stages.put(
        "heads.head",
        layers.linear("heads.head", WIDTH, pictures.outputs(), Init.constant(0), Init.constant(0)));
    return new Network(stages);
  }

  private static Layer block(Layers layers, String name) {
    Init xavier = Init.normal(Math.sqrt(2.0 / (2 * WIDTH)));
    Init none = Init.constant(0);
    Layer attention =
        layers
            .layerNorm(name + ".ln_1", WIDTH, EPSILON)
            .then(projections(layers, name + ".self_attention", xavier))
            .then((x, training) -> Attention.apply(x, HEADS, new TensorOptional()))
            .then(
                layers.linear(
                    name + ".self_attention.out_proj", WIDTH, WIDTH, Init.uniform(WIDTH), none));
    Layer perceptron =
        layers
            .layerNorm(name + ".ln_2", WIDTH, EPSILON)
            .then(layers.linear(name + ".mlp.0", WIDTH, WIDTH, xavier, Init.normal(1e-6)))
            .then(Layers.gelu())
            .then(layers.linear(name + ".mlp.3", WIDTH, WIDTH, xavier, Init.normal(1e-6)));
    return Layers.residual(attention).then(Layers.residual(perceptron));
  }

  /** Queries, keys and values, one matrix for all three. */
  private static Layer projections(Layers layers, String name, Init init) {
    Parameter weight = layers.declare(name + ".in_proj_weight", init, 3L * WIDTH, WIDTH);
    Parameter bias = layers.declare(name + ".in_proj_bias", Init.constant(0), 3L * WIDTH);
    return layers.linear(weight, bias);
  }
}
