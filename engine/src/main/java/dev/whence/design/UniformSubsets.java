package dev.whence.design;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * All subsets of exactly round(alpha·d) units, each as likely as any other (Ilyas et al. 2022, eq.
 * 6).
 *
 * @param units number of units, d
 * @param alpha fraction of the units that is in the subset
 */
public record UniformSubsets(int units, double alpha) implements Design {

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    int[] order = new int[units];
    for (int j = 0; j < units; j++) {
      order[j] = j;
    }
    int size = Design.size(units, alpha);
    return Mask.of(units, draw(order, size, new Key(seed, purpose, row).random()));
  }

  /**
   * Returns {@code size} values of {@code from}, drawn without replacement; changes the order of
   * {@code from}.
   */
  public static int[] draw(int[] from, int size, UniformRandomProvider random) {
    int[] drawn = new int[size];
    for (int i = 0; i < size; i++) {
      int j = i + random.nextInt(from.length - i);
      drawn[i] = from[j];
      from[j] = from[i];
    }
    return drawn;
  }
}
