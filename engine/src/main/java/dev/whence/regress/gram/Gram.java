package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.PairCounts;
import dev.whence.linalg.count.ProductKernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The Gram matrix G = (XᵀX − m·μμᵀ)/m of the masks X of m runs, [d, d], μ being their mean, kept as
 * exact integers. Element (j, k) of XᵀX is the number of runs that hold both units, the count of
 * the pair: off the diagonal it is the sum of the elements (j, k) of {@code matrices} plus the
 * offset; on the diagonal it is n_j.
 *
 * @param runs m, the number of runs
 * @param counts n_j, the number of runs that hold unit j, [d]
 * @param offset constant that was subtracted from every count of a pair, so that few bits are left
 * @param matrices matrices [d, d] whose sum is the counts of pairs minus the offset
 */
public record Gram(int runs, int[] counts, long offset, List<PairCounts> matrices) {

  private static final int FEW = 16;

  /**
   * Returns whether {@code other} is made of the same matrices (the same objects), runs, counts and
   * offset. Solvers of equal Gram matrices share each reading of G and its spectrum.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Gram gram
        && runs == gram.runs
        && offset == gram.offset
        && matrices.equals(gram.matrices)
        && Arrays.equals(counts, gram.counts);
  }

  @Override
  public int hashCode() {
    return 31 * runs + matrices.hashCode();
  }

  /** Returns d, the number of units. */
  public int units() {
    return counts.length;
  }

  /**
   * Returns the Gram matrix of the runs of this matrix and the runs of {@code other} together;
   * reads no counts.
   */
  public Gram plus(Gram other) {
    int[] sum = IntStream.range(0, units()).map(j -> counts[j] + other.counts[j]).toArray();
    return new Gram(
        runs + other.runs,
        sum,
        offset + other.offset,
        Stream.concat(matrices.stream(), other.matrices.stream()).toList());
  }

  /**
   * Returns the Gram matrix of the runs that lack {@code unit}, without counts of pairs: it has the
   * number of these runs and the counts n_j over them, 0 for {@code unit}, so only its diagonal and
   * its means μ may be used.
   */
  public Gram without(int unit) {
    int left = runs - counts[unit];
    int[] rest = new int[units()];
    for (int j = 0; j < rest.length; j++) {
      rest[j] = j == unit ? 0 : counts[j] - centred(unit, j) - (int) offset; // row-wise is faster
    }
    return new Gram(left, rest, 0, List.of());
  }

  /** Returns μ_j, the fraction of the runs that hold unit {@code j}. */
  public double mean(int j) {
    return (double) counts[j] / runs;
  }

  /** Returns μᵀw for the weights w, [d], where μ_j is the fraction of the runs that hold unit j. */
  public double mean(double[] weights) {
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] == 0 ? 0 : mean(j) * weights[j];
    }
    return sum;
  }

  /**
   * Returns whether a count of a pair minus the offset, {@link #centred}, may need more than 16
   * bits.
   */
  boolean wide() {
    return matrices.stream().mapToInt(PairCounts::largest).sum() > Short.MAX_VALUE;
  }

  /**
   * Returns the mean over units of n_j, the number of runs that hold unit j, rounded to a whole
   * number. Solvers in single precision take this mean off each n_j, because the differences are
   * small and lose less to rounding.
   */
  public float meanCount() {
    return Math.round(IntStream.of(counts).average().orElse(0));
  }

  /** Returns the number of runs that hold both units j and k, j ≠ k, minus the offset. */
  public int centred(int j, int k) {
    int sum = 0;
    for (PairCounts matrix : matrices) {
      sum += matrix.get(j, k);
    }
    return sum;
  }

  /**
   * Sets the weight in {@code weights}, [d], to 0 for each unit that all runs hold or all runs
   * lack, because the runs say nothing about these units, and returns the same array. Solvers that
   * rotate weights leave rounding errors in them.
   */
  public double[] withoutConstants(double[] weights) {
    for (int j = 0; j < weights.length; j++) {
      if (curvature(j) == 0) {
        weights[j] = 0;
      }
    }
    return weights;
  }

  /** Returns m·G_jj = n_j(1 − n_j/m), exactly 0 for a unit that all runs hold or all runs lack. */
  public double curvature(int j) {
    return (double) counts[j] * (runs - counts[j]) / runs;
  }

  /** Returns the mean of G's eigenvalues, which is the mean of G's diagonal. */
  public double meanEigenvalue() {
    return IntStream.range(0, units()).mapToDouble(this::curvature).average().orElse(0) / runs;
  }

  /** Returns G_jk, also for j = k. */
  public double at(int j, int k) {
    return j == k ? curvature(j) / runs : element(centred(j, k), j, k);
  }

  /**
   * Returns G_jk, j ≠ k.
   *
   * @param common number of runs that hold both j and k, minus the offset: {@link #centred}
   */
  public double element(int common, int j, int k) {
    return scaled(common, j, k) / runs;
  }

  /**
   * Returns m·G_jk, j ≠ k.
   *
   * @param common number of runs that hold both j and k, minus the offset: {@link #centred}
   */
  public double scaled(int common, int j, int k) {
    return common + offset - (double) counts[j] * counts[k] / runs;
  }

  /** Returns row {@code j} of G, [d]. */
  public double[] row(int j) {
    return IntStream.range(0, units()).mapToDouble(k -> at(j, k)).toArray();
  }

  /**
   * Returns the number of bytes that the counts of pairs in memory take; counts mapped from disk
   * count 0.
   */
  public long bytes() {
    return matrices.stream()
        .filter(CountMatrix.class::isInstance)
        .mapToLong(matrix -> CountMatrix.bytes(matrix.units(), matrix.wide()))
        .sum();
  }

  /** Returns the number of panels, each of 64 columns of G: ceil(d / 64). */
  public int panels() {
    return Math.ceilDiv(units(), ProductKernels.TILE);
  }

  /**
   * Returns wᵀGw for the vector w that has weight {@code weights[i]} at unit {@code rows[i]} and is
   * 0 at the other units.
   *
   * @param rows units in increasing order
   */
  public double quadratic(int[] rows, double[] weights) {
    double sum = 0;
    // With many rows, a product with whole panels of G costs less than reading each pair by itself.
    if (rows.length > units() / FEW) {
      return new GramProduct(this, rows, weights, true).quadratic();
    }
    for (int i = 0; i < rows.length; i++) {
      double product = at(rows[i], rows[i]) * weights[i] / 2;
      for (int k = 0; k < i; k++) {
        product += at(rows[i], rows[k]) * weights[k];
      }
      sum += 2 * weights[i] * product;
    }
    return sum;
  }
}
