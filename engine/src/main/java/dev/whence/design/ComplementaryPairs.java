package dev.whence.design;

import dev.whence.base.Purpose;

/**
 * Rows 2i and 2i + 1 are a random half of S and its complement: every unit is in exactly one of the
 * two.
 *
 * <p>Where d is odd the complement holds one unit more or less than the half.
 *
 * @param half the design of the even rows
 */
public record ComplementaryPairs(UniformSubsets half) implements Design {

  @Override
  public int units() {
    return half.units();
  }

  @Override
  public double alpha() {
    return half.alpha();
  }

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    Mask mask = half.mask(seed, purpose, row / 2);
    return row % 2 == 0 ? mask : mask.complement();
  }
}
