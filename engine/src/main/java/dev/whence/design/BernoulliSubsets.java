package dev.whence.design;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Each unit is in with probability alpha, whatever the others do.
 *
 * @param units d
 * @param alpha probability of a unit to be in
 */
public record BernoulliSubsets(int units, double alpha) implements Design {

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    UniformRandomProvider random = new Key(seed, purpose, row).random();
    return Mask.of(units, j -> random.nextDouble() < alpha);
  }
}
