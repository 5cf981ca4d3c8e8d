package dev.whence.linalg.dense;

/**
 * One step of stochastic gradient descent with momentum and weight decay, as PyTorch defines it:
 * {@code g += decay·w; v = momentum·v + g; w -= rate·v}.
 *
 * @param rate learning rate of this step
 * @param momentum part of the velocity that is kept, in [0, 1)
 * @param decay part of the weights that is added to the gradient: an L2 penalty
 */
public record SgdStep(float rate, float momentum, float decay) {

  /** Applies the step to element {@code i} of {@code weights}, given its gradient. */
  public void apply(float gradient, float[] weights, float[] velocity, int i) {
    float v = Math.fma(momentum, velocity[i], Math.fma(decay, weights[i], gradient));
    velocity[i] = v;
    weights[i] = Math.fma(-rate, v, weights[i]);
  }
}
