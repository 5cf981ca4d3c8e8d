package dev.whence.torch.architecture;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;

/** A multilayer perceptron with one hidden layer of 128. */
final class Perceptron {

  private static final int HIDDEN = 128;

  private Perceptron() {}

  static Network build(Layers layers, Pictures pictures) {
    long inputs = pictures.channels() * pictures.height() * pictures.width();
    Map<String, Layer> stages = new LinkedHashMap<>();
    stages.put("0", Layers.flatten());
    stages.put("2", layers.linear("1", inputs, HIDDEN).then((x, training) -> torch.relu(x)));
    stages.put("3", layers.linear("3", HIDDEN, pictures.outputs()));
    return new Network(stages);
  }
}
