package dev.whence.torch;

import dev.whence.torch.architecture.Parameters;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Stochastic gradient descent with momentum and weight decay, as PyTorch defines it: {@code g +=
 * decay·θ; v = momentum·v + g; θ -= rate·v}. Four operations on flat vectors, whatever the network.
 */
public final class Sgd {

  private final Tensor values;
  private final Tensor gradients;
  private final Tensor velocity;
  private final Scalar momentum;
  private final Scalar decay;

  /** Makes the optimiser of a network, at rest. */
  public Sgd(Parameters parameters, double momentum, double decay) {
    values = parameters.values();
    gradients = parameters.gradients();
    velocity = torch.zeros_like(values);
    this.momentum = new Scalar(momentum);
    this.decay = new Scalar(decay);
  }

  /** Takes a step down the gradients and sets them to 0. */
  public void step(float rate) {
    try (NoGradGuard guard = new NoGradGuard()) {
      velocity.mul_(momentum).add_(gradients).add_(values, decay);
      values.add_(velocity, new Scalar(-rate));
      gradients.zero_();
    }
  }
}
