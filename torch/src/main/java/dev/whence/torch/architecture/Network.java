package dev.whence.torch.architecture;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An architecture's stages, in order; the last turns features into outputs.
 *
 * @param stages from input [n, channels, height, width] to outputs [n, outputs]
 */
public record Network(Map<String, Layer> stages) implements Layer {

  public Network {
    stages = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(stages));
  }

  @Override
  public Tensor apply(Tensor x, boolean training) {
    Tensor value = x;
    for (Layer stage : stages.values()) {
      value = stage.apply(value, training);
    }
    return value;
  }

  /** Returns the input of the last stage: the representation of each example, [n, features]. */
  public Tensor features(Tensor x, boolean training) {
    Tensor value = x;
    int left = stages.size() - 1;
    for (Layer stage : stages.values()) {
      if (left-- > 0) {
        value = stage.apply(value, training);
      }
    }
    return value;
  }
}
