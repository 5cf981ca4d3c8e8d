package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.regress.gram.Gram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * For targets in S, the runs without each target's unit: counts and moments over these runs,
 * without counting a Gram matrix of their own.
 *
 * @param units index of each target's unit, [targets]
 * @param masks masks of all runs of each part, also of the runs that hold the units
 * @param counts for each part and target the Gram matrix of the runs without the target's unit,
 *     without counts of pairs
 */
public record RestrictedRuns(int[] units, BitColumns[] masks, List<List<Gram>> counts) {

  /**
   * Approximate number of passes over the runs for one solution: more work pays for faster kernels.
   */
  private static final int PASSES = 6;

  /**
   * Returns the restricted runs of the targets whose units are {@code units}.
   *
   * @param parts Gram matrices of all runs of each part
   */
  public static RestrictedRuns of(List<Gram> parts, int[] units, BitColumns[] masks) {
    return new RestrictedRuns(
        units,
        masks,
        parts.stream().map(gram -> IntStream.of(units).mapToObj(gram::without).toList()).toList());
  }

  /** Returns the runs of these targets alone. */
  public RestrictedRuns forTargets(int[] targets) {
    return new RestrictedRuns(
        IntStream.of(targets).map(t -> units[t]).toArray(),
        masks,
        counts.stream().map(part -> IntStream.of(targets).mapToObj(part::get).toList()).toList());
  }

  /** Returns the bytes of the masks. */
  public long bytes() {
    return Arrays.stream(masks).mapToLong(x -> (long) x.words() * x.columns() * Long.BYTES).sum();
  }

  /**
   * Returns the counts of target {@code t}'s runs over the first {@code parts} parts, as a Gram
   * matrix without counts of pairs.
   */
  public Gram counts(int t, int parts) {
    return counts.subList(0, parts).stream()
        .map(part -> part.get(t))
        .reduce(Gram::plus)
        .orElseThrow();
  }

  private Statistics statistics(int p, int t, Moments moments) {
    return new Statistics(counts.get(p).get(t), List.of(moments));
  }

  /**
   * Returns each target's moments over all runs without the target's unit, from the moments over
   * each part.
   */
  public List<Moments> together(List<List<Moments>> parts) {
    List<Moments> sums = new ArrayList<>();
    for (int t = 0; t < units.length; t++) {
      int target = t;
      sums.add(
          IntStream.range(0, parts.size())
              .mapToObj(p -> statistics(p, target, parts.get(p).get(target)))
              .reduce(Statistics::plus)
              .orElseThrow()
              .moments()
              .getFirst());
    }
    return sums;
  }

  /**
   * Returns the moments of the outputs X_u·w over each part's runs without the target's unit:
   * G_u·w, wᵀG_u·w and μᵀw.
   *
   * @param weights weights w of each target, [targets][d]
   * @param coarse fraction of the outputs' norm that the sums may leave out
   */
  public List<List<Moments>> outputs(List<double[]> weights, double coarse, Parallel parallel) {
    List<List<Moments>> parts = new ArrayList<>();
    for (int p = 0; p < masks.length; p++) {
      List<Moments> part = new ArrayList<>();
      for (int first = 0; first < units.length; first += SumsStore.CHUNK) {
        int end = Math.min(first + SumsStore.CHUNK, units.length);
        int[] without = Arrays.copyOfRange(units, first, end);
        TargetSums sums = sums(masks[p], weights.subList(first, end), without, coarse, parallel);
        for (int t = first; t < end; t++) {
          part.add(sums.moments(t - first, counts.get(p).get(t).counts()));
        }
      }
      parts.add(part);
    }
    return parts;
  }

  /**
   * Returns the sums of the outputs X·w over the runs of {@code x}, each target's without its unit.
   */
  private TargetSums sums(
      BitColumns x, List<double[]> weights, int[] without, double coarse, Parallel parallel) {
    double work = (double) x.rows() * x.columns() * units.length; // for all targets of a pass
    CountKernels kernels = CountKernels.sums(work * PASSES);
    double[][] predictions = x.products(weights, kernels, parallel);
    float[] offsets = new float[predictions.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (float) predictions[i][0];
    }
    TargetSums sums = new TargetSums(x.columns(), offsets, coarse);
    for (int first = 0; first < x.rows(); first += TargetSums.SLAB) {
      int from = first;
      int rows = Math.min(TargetSums.SLAB, x.rows() - first);
      sums.add(x, first, rows, (i, t) -> predictions[t][from + i], without, kernels, parallel);
    }
    return sums;
  }
}
