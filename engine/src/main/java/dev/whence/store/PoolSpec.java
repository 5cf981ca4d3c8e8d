package dev.whence.store;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of a pool are a pure function of, besides the study's data and learner.
 *
 * @param seed key of the pool's random numbers
 * @param design distribution of the subsets
 * @param vary indices of the units that go in and out, increasing, while all others are always in;
 *     null where all units vary
 * @param repeats runs for evaluation, on fresh subsets of the same distribution
 */
@Api
public record PoolSpec(
    long seed, Manifest.DesignSpec design, int @Nullable [] vary, Manifest.Repeats repeats) {

  /** Returns the specification of the pool that a study has without a name. */
  public static PoolSpec of(Manifest manifest) {
    return new PoolSpec(manifest.seed(), manifest.trained().design(), null, manifest.repeats());
  }

  /** Returns the specification of a pool called {@code name}: as this one, with its own seed. */
  public PoolSpec named(String name) {
    return new PoolSpec(seed(seed, name), design, vary, repeats);
  }

  /** Returns this specification with subsets that hold another fraction of the units. */
  public PoolSpec alpha(double other) {
    Manifest.DesignSpec changed = new Manifest.DesignSpec(design.kind(), other, design.unit());
    return new PoolSpec(seed, changed, vary, repeats);
  }

  /** Refuses units that a study of {@code units} units has not, or fewer than two. */
  void require(int units) {
    if (vary == null) {
      return;
    }
    int[] found = vary;
    boolean increasing = IntStream.range(1, found.length).allMatch(i -> found[i - 1] < found[i]);
    if (found.length < 2 || !increasing || found[0] < 0 || found[found.length - 1] >= units) {
      throw BadInputException.at(
          "vary",
          "at least 2 different units of 0 … %,d".formatted(units - 1),
          "%,d units".formatted(found.length));
    }
  }

  /**
   * Returns the seed of a named pool: its subsets and models are independent of those of other
   * pools.
   */
  private static long seed(long study, String name) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    return new Key(study, Purpose.POOL, crc.getValue()).random().nextLong();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PoolSpec that
        && that.seed == seed
        && that.design.equals(design)
        && Arrays.equals(that.vary, vary)
        && that.repeats.equals(repeats);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(seed);
  }
}
