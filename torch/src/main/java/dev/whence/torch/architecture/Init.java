package dev.whence.torch.architecture;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** How a parameter's first values are drawn. */
@FunctionalInterface
interface Init {

  /** Fills {@code values}, in any order of their elements. */
  void draw(float[] values, UniformRandomProvider random);

  /** Returns U(−1/√fanIn, 1/√fanIn): PyTorch's default for linear layers and convolutions. */
  static Init uniform(long fanIn) {
    float bound = (float) (1 / Math.sqrt(fanIn));
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (2 * random.nextFloat() - 1) * bound;
      }
    };
  }

  /** Returns a normal distribution with mean 0. */
  static Init normal(double deviation) {
    return (values, random) -> {
      ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * gaussian.sample());
      }
    };
  }

  /** Returns one value for all. */
  static Init constant(float value) {
    return (values, random) -> Arrays.fill(values, value);
  }
}
