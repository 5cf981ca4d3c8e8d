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
 * For targets in S, the runs without each target's unit: gives counts and moments over these runs,
 * without counting pairs over them.
 *
 * @param units index of each target's unit, [targets]
 * @param masks for each part the masks of all its runs, also of the runs that hold the targets'
 *     units
 * @param counts for each part, then for each target, the Gram matrix of the part's runs without the
 *     target's unit, in which the counts of pairs are missing
 */
public record RestrictedRuns(int[] units, BitColumns[] masks, List<List<Gram>> counts) {

  /**
   * Approximate number of times that the runs are passed over for one solution, by which the work
   * of one pass is multiplied when kernels are chosen: more work pays for faster kernels.
   */
  private static final int PASSES = 6;

  /**
   * Returns the restricted runs of targets.
   *
   * @param parts Gram matrix of all runs of each part
   * @param units index of each target's unit, [targets]
   * @param masks masks of all runs of each part
   */
  public static RestrictedRuns of(List<Gram> parts, int[] units, BitColumns[] masks) {
    return new RestrictedRuns(
        units,
        masks,
        parts.stream().map(gram -> IntStream.of(units).mapToObj(gram::without).toList()).toList());
  }

  /**
   * Returns the same masks with the units and the counts of {@code targets} alone.
   *
   * @param targets indices of the targets to keep, in {@link #units}
   */
  public RestrictedRuns forTargets(int[] targets) {
    return new RestrictedRuns(
        IntStream.of(targets).map(t -> units[t]).toArray(),
        masks,
        counts.stream().map(part -> IntStream.of(targets).mapToObj(part::get).toList()).toList());
  }

  /** Returns the number of bytes that the masks take in memory. */
  public long bytes() {
    return Arrays.stream(masks).mapToLong(x -> (long) x.words() * x.columns() * Long.BYTES).sum();
  }

  /**
   * Returns the Gram matrix, without counts of pairs, of those runs of the first {@code parts}
   * parts that lack the unit of target {@code t}: the number of these runs and the counts n_j over
   * them.
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
   * Returns each target's moments over the runs of all parts without the target's unit, [targets].
   *
   * @param parts for each part, then for each target, the moments over the part's runs without the
   *     target's unit
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
   * Returns, for each part and then for each target, the moments of the predictions X_u·w over the
   * part's runs without the target's unit u: G_u·w, wᵀG_u·w and μᵀw.
   *
   * @param weights w of each target, [targets][d]
   * @param coarse fraction of the norm of a target's predictions that the sums may leave out
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
   * Returns the sums of each target's predictions X·w over those runs of {@code x} that lack the
   * target's unit.
   *
   * @param x masks of the runs of one part
   * @param weights w of each target, [targets][d]
   * @param without index of each target's unit, [targets]
   * @param coarse fraction of the norm of a target's predictions that the sums may leave out
   */
  private TargetSums sums(
      BitColumns x, List<double[]> weights, int[] without, double coarse, Parallel parallel) {
    // The work for all targets, which share a pass over the runs.
    double work = (double) x.rows() * x.columns() * units.length;
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
