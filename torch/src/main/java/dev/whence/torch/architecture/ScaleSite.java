package dev.whence.torch.architecture;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The scale and shift of a normalisation.
 *
 * @param channel which dimension they are along: 1 or the last
 * @param normalised from the layer's input to what is scaled
 */
record ScaleSite(
    Parameter weight, Parameter bias, boolean channel, UnaryOperator<Tensor> normalised)
    implements Site {

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  @Override
  public Tensor gradients(Tensor x, Tensor delta) {
    Tensor scale = overPositions(delta.mul(normalised.apply(x)));
    return torch.cat(new TensorVector(scale, overPositions(delta)), 1);
  }

  /** Sums all but examples and channels: [n, channels]. */
  private Tensor overPositions(Tensor values) {
    long n = values.size(0);
    return channel
        ? values.reshape(n, values.size(1), -1).sum(2)
        : values.reshape(n, -1, weight.size()).sum(1);
  }
}
