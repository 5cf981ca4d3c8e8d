package dev.whence.design;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Each unit is in the subset with probability alpha, independently of the other units.
 *
 * @param units number of units, d
 * @param alpha probability that a unit is in the subset
 */
public record BernoulliSubsets(int units, double alpha) implements Design {

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    UniformRandomProvider random = new Key(seed, purpose, row).random();
    return Mask.of(units, j -> random.nextDouble() < alpha);
  }
}
