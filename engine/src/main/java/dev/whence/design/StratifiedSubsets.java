package dev.whence.design;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Subsets of exactly round(alpha·size) units of each class, where size is the class's number of
 * units.
 *
 * @param strata class of each unit
 * @param alpha fraction of each class that is in the subset
 */
public record StratifiedSubsets(int[] strata, double alpha) implements Design {

  @Override
  public int units() {
    return strata.length;
  }

  @Override
  public Mask mask(long seed, Purpose purpose, long row) {
    UniformRandomProvider random = new Key(seed, purpose, row).random();
    List<int[]> held = new ArrayList<>();
    for (int stratum : IntStream.of(strata).distinct().sorted().toArray()) {
      int[] members = IntStream.range(0, strata.length).filter(j -> strata[j] == stratum).toArray();
      int size = (int) Math.round(alpha * members.length);
      held.add(UniformSubsets.draw(members, size, random));
    }
    return Mask.of(strata.length, held.stream().flatMapToInt(IntStream::of).toArray());
  }
}
