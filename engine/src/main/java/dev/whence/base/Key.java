package dev.whence.base;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.source64.Philox4x64;

/**
 * Names one stream of random numbers: (seed, purpose, index).
 *
 * <p>Streams come from the counter-based generator Philox 4×64 (Salmon et al. 2011): seed and
 * purpose are its key, the index is the high word of its counter. So any stream can be drawn
 * without drawing another one, and no two streams overlap within 2^192 draws.
 *
 * @param seed the study's seed
 * @param purpose what the numbers are for
 * @param index number of the stream among those of its purpose, such as the row of a run
 */
@Api
public record Key(long seed, Purpose purpose, long index) {

  /** Returns the start of this key's stream. */
  public UniformRandomProvider random() {
    return new Philox4x64(new long[] {seed, purpose.code(), 0, 0, 0, index});
  }

  /** Puts the first {@code n} values of {@code values} in random order (Fisher–Yates). */
  public static void shuffle(int[] values, int n, UniformRandomProvider random) {
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
