package dev.whence.explore;

import dev.whence.base.Api;
import dev.whence.regress.Datamodels;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The units that a target's prediction leans on most (Ilyas et al. 2022, §4.2).
 *
 * @param target index of the target
 * @param positive units whose presence raises the output, largest weight first
 * @param negative units whose presence lowers it, smallest weight first
 */
@Api
public record Neighbours(int target, List<Neighbour> positive, List<Neighbour> negative) {

  /** A training unit and its weight, on the scale of the output. */
  public record Neighbour(int unit, double weight) {}

  /** Returns up to {@code k} units of each sign of a target's datamodel. */
  public static Neighbours of(Datamodels datamodels, int target, int k) throws IOException {
    return of(target, datamodels.weights(target), k);
  }

  /**
   * Returns up to {@code k} units of each sign; units of weight 0 are left out.
   *
   * @param weights weights of the target, [d]
   */
  public static Neighbours of(int target, float[] weights, int k) {
    List<Neighbour> all =
        IntStream.range(0, weights.length)
            .mapToObj(j -> new Neighbour(j, weights[j]))
            .filter(u -> u.weight() != 0)
            .sorted(Comparator.comparingDouble(Neighbour::weight).thenComparing(Neighbour::unit))
            .toList();
    return new Neighbours(
        target,
        all.reversed().stream().filter(u -> u.weight() > 0).limit(k).toList(),
        all.stream().filter(u -> u.weight() < 0).limit(k).toList());
  }
}
