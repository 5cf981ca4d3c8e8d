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
 * The runs without a target's unit, for some targets in S: what can be said of them without their
 * own Gram matrix.
 *
 * @param units which unit each target is
 * @param masks of each part of the runs, with those that hold the units
 * @param counts for each part and target the Gram matrix of the runs without its unit, but for the
 *     counts of pairs
 */
public record RestrictedRuns(int[] units, BitColumns[] masks, List<List<Gram>> counts) {

  /** Passes over the runs that a solution takes, about: they pay for fast kernels. */
  private static final int PASSES = 6;

  /**
   * Returns the runs of some targets.
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

  /** Returns the number of runs and their counts over the first {@code parts} parts. */
  public Gram counts(int t, int parts) {
    return counts.subList(0, parts).stream()
        .map(part -> part.get(t))
        .reduce(Gram::plus)
        .orElseThrow();
  }

  private Statistics statistics(int p, int t, Moments moments) {
    return new Statistics(counts.get(p).get(t), List.of(moments));
  }

  /** Returns the moments over all runs without each target's unit, of those over each part. */
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
   * @param weights w, for each target
   * @param coarse part of the outputs' norm that sums may leave out
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

  /** Returns the sums over the runs of {@code x}, whose outputs are X·w. */
  private TargetSums sums(
      BitColumns x, List<double[]> weights, int[] without, double coarse, Parallel parallel) {
    double work = (double) x.rows() * x.columns() * units.length; // all groups of a pass
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
