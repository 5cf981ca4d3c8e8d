package dev.whence.torch.architecture;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A parameter that every example gets as it is: its output is the parameter, once an example. */
record AddedSite(Parameter parameter) implements Site {

  @Override
  public List<Parameter> parameters() {
    return List.of(parameter);
  }

  @Override
  public Tensor gradients(Tensor x, Tensor delta) {
    return delta.reshape(delta.size(0), -1);
  }
}
