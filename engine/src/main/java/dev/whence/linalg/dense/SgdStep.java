package dev.whence.linalg.dense;

/**
 * One step of stochastic gradient descent with momentum and weight decay, as PyTorch defines it:
 * {@code g += decay·w; v = momentum·v + g; w -= rate·v}, where w is a weight, g its gradient and v
 * its velocity.
 *
 * @param rate learning rate of this step
 * @param momentum fraction of the velocity that is kept, in [0, 1)
 * @param decay multiple of the weight that is added to its gradient: an L2 penalty
 */
public record SgdStep(float rate, float momentum, float decay) {

  /**
   * Applies the step to weight {@code i}: changes element {@code i} of {@code weights} and of
   * {@code velocity}.
   *
   * @param gradient gradient of the loss with respect to weight {@code i}
   */
  public void apply(float gradient, float[] weights, float[] velocity, int i) {
    float v = Math.fma(momentum, velocity[i], Math.fma(decay, weights[i], gradient));
    velocity[i] = v;
    weights[i] = Math.fma(-rate, v, weights[i]);
  }
}
