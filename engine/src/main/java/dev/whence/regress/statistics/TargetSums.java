package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Sums over runs for a group of targets: for each target Xᵀ(y − o), Σ(y − o) and Σ(y − o)², where X
 * are the masks, y the target's outputs and o, the target's offset, is one of the outputs. For each
 * target the runs that hold a given unit can be left out.
 *
 * <p>Outputs come in slabs of runs. In a slab each target's distances y − o are scaled by a power
 * of two and rounded to integers of 24 bits, so that the slab's Xᵀ(y − o) is an exact sum of
 * integers: independent of the order of runs and of the number of threads. Outputs of half
 * precision fit in 24 bits, except the smallest. If rounding leaves out more than a given fraction
 * of the norm of the distances, as with outputs of single precision, the remainders are summed too,
 * as integers in a second pass.
 */
final class TargetSums {

  /**
   * Largest number of runs in a slab; so many that the work for each slab is little beside the work
   * for each word of 64 runs.
   */
  static final int SLAB = 64 * 128;

  private static final int BITS = 22;

  /** Number of units whose sums are transposed together, in the first-level cache. */
  private static final int TRANSPOSED = 64;

  /** Default fraction of the norm of a target's distances y − o that the sums may leave out. */
  private static final double EXACT = 1e-8;

  /**
   * Scale of the integers of the second pass, which sums remainders, relative to the first pass.
   */
  private static final double FINER = 0x1p-22;

  private final int units;
  private final float[] offsets;
  private final double coarse;
  private final double[] sums;
  private final double[] squares;
  private final double[][] covering;
  private final int[] runs;

  /**
   * Makes sums over no runs; rounding may leave out 10⁻⁸ of the norm of a target's distances y − o.
   *
   * @param offsets o of each target, [targets]
   */
  TargetSums(int units, float[] offsets) {
    this(units, offsets, EXACT);
  }

  /**
   * Makes sums over no runs.
   *
   * @param offsets o of each target, [targets]
   * @param coarse fraction of the norm of a target's distances y − o that the sums may leave out
   */
  TargetSums(int units, float[] offsets, double coarse) {
    this.units = units;
    this.offsets = offsets;
    this.coarse = coarse;
    sums = new double[offsets.length];
    squares = new double[offsets.length];
    covering = new double[offsets.length][units];
    runs = new int[offsets.length];
  }

  /** The outputs of the targets in a slab of runs. */
  interface Slab {
    /** Returns the output of run {@code run} of the slab on target {@code target} of the group. */
    double at(int run, int target);
  }

  int targets() {
    return offsets.length;
  }

  float offset(int t) {
    return offsets[t];
  }

  /** Returns the number of runs that the sums of target {@code t} are over. */
  int runs(int t) {
    return runs[t];
  }

  /** Returns Σ(y − o) of target {@code t}, summed over the runs added so far. */
  double sum(int t) {
    return sums[t];
  }

  /** Returns Σ(y − o)² of target {@code t}, summed over the runs added so far. */
  double squares(int t) {
    return squares[t];
  }

  /**
   * Returns Xᵀ(y − o) of target {@code t} over the runs added so far, [d]; the array is not a copy.
   */
  double[] covering(int t) {
    return covering[t];
  }

  /**
   * Returns the moments of target {@code t} over the runs that its sums are over.
   *
   * @param counts n_j, the number of these runs that hold unit j, [d]
   */
  Moments moments(int t, int[] counts) {
    return Moments.of(runs[t], counts, offsets[t], sums[t], squares[t], covering[t]);
  }

  /**
   * Sets the number of runs, Σ(y − o) and Σ(y − o)² of target {@code t} to values that were stored.
   */
  void restore(int t, int ofRuns, double sum, double squared) {
    runs[t] = ofRuns;
    sums[t] = sum;
    squares[t] = squared;
  }

  /**
   * Adds a slab of runs to the sums of all targets.
   *
   * @param x masks of runs
   * @param firstRow row of {@code x} of the slab's first run, a multiple of 64
   * @param rows number of runs in the slab, at most {@link #SLAB}
   * @param without for each target the unit whose runs, those that hold it, are left out, or −1 for
   *     none
   */
  void add(
      BitColumns x,
      int firstRow,
      int rows,
      Slab outputs,
      int[] without,
      CountKernels kernels,
      Parallel parallel) {
    parallel.forEach(
        Math.ceilDiv(targets(), CountKernels.STRIP),
        p -> addStrip(x, firstRow, rows, outputs, without, kernels, p * CountKernels.STRIP));
  }

  private void addStrip(
      BitColumns x,
      int firstRow,
      int rows,
      Slab outputs,
      int[] without,
      CountKernels kernels,
      int first) {
    int width = Math.min(CountKernels.STRIP, targets() - first);
    int[] high = new int[rows * CountKernels.STRIP];
    int[] low = new int[high.length];
    double[] scales = scales(outputs, rows, first, width);
    boolean fine = quantize(x, firstRow, rows, outputs, without, first, scales, high, low);
    addProduct(x, firstRow, rows, high, first, scales, 1, kernels);
    if (fine) {
      addProduct(x, firstRow, rows, low, first, scales, FINER, kernels);
    }
  }

  private void addProduct(
      BitColumns x,
      int firstRow,
      int rows,
      int[] q,
      int first,
      double[] scales,
      double finer,
      CountKernels kernels) {
    long[] added = new long[Math.min(CountKernels.BAND, units) * CountKernels.STRIP];
    for (int from = 0; from < units; from += CountKernels.BAND) {
      int to = Math.min(from + CountKernels.BAND, units);
      Arrays.fill(added, 0);
      kernels.sum(x, firstRow / Long.SIZE, q, rows, from, to, added);
      for (int tile = from; tile < to; tile += TRANSPOSED) {
        int end = Math.min(tile + TRANSPOSED, to);
        for (int i = 0; i < scales.length; i++) {
          double[] into = covering[first + i];
          double scale = scales[i] * finer;
          for (int j = tile; j < end; j++) {
            into[j] += added[(j - from) * CountKernels.STRIP + i] * scale;
          }
        }
      }
    }
  }

  /**
   * Returns a scale for each of {@code width} targets, from target {@code first} on: a power of two
   * that, dividing the target's largest distance |y − o| in the slab, leaves a number below 2²³.
   */
  private double[] scales(Slab outputs, int rows, int first, int width) {
    double[] largest = new double[width];
    for (int i = 0; i < rows; i++) {
      for (int t = 0; t < width; t++) {
        double distance = outputs.at(i, first + t) - offsets[first + t];
        largest[t] = Math.max(largest[t], Math.abs(distance));
      }
    }
    return DoubleStream.of(largest)
        .map(most -> Math.scalb(1.0, (most == 0 ? 0 : Math.getExponent(most)) - BITS))
        .toArray();
  }

  /**
   * Rounds the distances y − o of a strip of 16 targets, from target {@code first} on, to integers,
   * [rows, 16]: {@code high} are the distances divided by {@code scales}, {@code low} the
   * remainders divided by {@link #FINER} times the scales; 0 for a run that is left out. Adds to
   * the targets' numbers of runs, Σ(y − o) and Σ(y − o)². Returns whether the remainders must be
   * summed.
   */
  private boolean quantize(
      BitColumns x,
      int firstRow,
      int rows,
      Slab outputs,
      int[] without,
      int first,
      double[] scales,
      int[] high,
      int[] low) {
    double[] inverse = DoubleStream.of(scales).map(scale -> 1 / scale).toArray(); // powers of two
    double[] left = new double[scales.length];
    double[] total = new double[scales.length];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < scales.length; k++) {
        int t = first + k;
        if (without[t] >= 0 && x.get(firstRow + i, without[t])) {
          continue;
        }
        double distance = outputs.at(i, t) - offsets[t];
        double scaled = distance * inverse[k];
        double rounded = Math.clamp(Math.rint(scaled), -CountKernels.LARGEST, CountKernels.LARGEST);
        high[i * CountKernels.STRIP + k] = (int) rounded;
        low[i * CountKernels.STRIP + k] = (int) Math.rint((scaled - rounded) * (1 / FINER));
        left[k] += (scaled - rounded) * (scaled - rounded);
        total[k] += scaled * scaled;
        sums[t] += distance;
        squares[t] += distance * distance;
        runs[t]++;
      }
    }
    return IntStream.range(0, left.length).anyMatch(k -> left[k] > coarse * coarse * total[k]);
  }
}
