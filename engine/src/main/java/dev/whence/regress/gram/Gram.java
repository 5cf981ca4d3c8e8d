package dev.whence.regress.gram;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.PairCounts;
import dev.whence.linalg.count.ProductKernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * G = (XᵀX − m·μμᵀ)/m of the masks of m runs, [d, d], as what is counted: off the diagonal XᵀX is
 * the sum of some matrices of integers plus a constant, and on it the numbers n of runs that hold
 * each unit. All of that is exact.
 *
 * @param runs m
 * @param counts n, [d]
 * @param offset the constant: what was taken from every count so that it fits few bits
 * @param matrices what is left of the counts
 */
public record Gram(int runs, int[] counts, long offset, List<PairCounts> matrices) {

  private static final int FEW = 16;

  /** Returns whether another is the same sum of the same matrices; what is equal is solved once. */
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

  /** Returns d. */
  public int units() {
    return counts.length;
  }

  /** Returns the Gram matrix of these runs and others together. */
  public Gram plus(Gram other) {
    int[] sum = IntStream.range(0, units()).map(j -> counts[j] + other.counts[j]).toArray();
    return new Gram(
        runs + other.runs,
        sum,
        offset + other.offset,
        Stream.concat(matrices.stream(), other.matrices.stream()).toList());
  }

  /** Returns the Gram matrix of the runs without a unit, but for the counts of pairs. */
  public Gram without(int unit) {
    int left = runs - counts[unit];
    int[] rest = new int[units()];
    for (int j = 0; j < rest.length; j++) {
      rest[j] = j == unit ? 0 : counts[j] - centred(unit, j) - (int) offset; // a row lies together
    }
    return new Gram(left, rest, 0, List.of());
  }

  /** Returns μ_j, the fraction of the runs that hold unit {@code j}. */
  public double mean(int j) {
    return (double) counts[j] / runs;
  }

  /** Returns μᵀw. */
  public double mean(double[] weights) {
    double sum = 0;
    for (int j = 0; j < weights.length; j++) {
      sum += weights[j] == 0 ? 0 : mean(j) * weights[j];
    }
    return sum;
  }

  /** Returns whether what {@link #centred} says may need more than 16 bits. */
  boolean wide() {
    return matrices.stream().mapToInt(PairCounts::largest).sum() > Short.MAX_VALUE;
  }

  /** Returns a number near all counts. */
  public float meanCount() {
    return Math.round(IntStream.of(counts).average().orElse(0));
  }

  /** Returns the number of runs that hold both units, less the offset; for j ≠ k. */
  public int centred(int j, int k) {
    int sum = 0;
    for (PairCounts matrix : matrices) {
      sum += matrix.get(j, k);
    }
    return sum;
  }

  /** Returns m·G_jj = n_j(1 − n_j/m), exactly 0 for a unit that all runs hold. */
  public double curvature(int j) {
    return (double) counts[j] * (runs - counts[j]) / runs;
  }

  /** Returns the mean of G's eigenvalues, that of its diagonal. */
  public double meanEigenvalue() {
    return IntStream.range(0, units()).mapToDouble(this::curvature).average().orElse(0) / runs;
  }

  /** Returns G_jk. */
  public double at(int j, int k) {
    return j == k ? curvature(j) / runs : element(centred(j, k), j, k);
  }

  /** Returns G_jk, j ≠ k, of which {@link #centred} says {@code common}. */
  public double element(int common, int j, int k) {
    return scaled(common, j, k) / runs;
  }

  /** Returns m·G_jk, j ≠ k, of which {@link #centred} says {@code common}. */
  public double scaled(int common, int j, int k) {
    return common + offset - (double) counts[j] * counts[k] / runs;
  }

  /** Returns row {@code j} of G, [d]. */
  public double[] row(int j) {
    return IntStream.range(0, units()).mapToDouble(k -> at(j, k)).toArray();
  }

  /** Returns the bytes of the matrices that are in memory. */
  public long bytes() {
    return matrices.stream()
        .filter(CountMatrix.class::isInstance)
        .mapToLong(matrix -> CountMatrix.bytes(matrix.units(), matrix.wide()))
        .sum();
  }

  /** Returns the number of panels that a product is computed in. */
  public int panels() {
    return Math.ceilDiv(units(), ProductKernels.TILE);
  }

  /** Returns wᵀGw. */
  public double quadratic(int[] rows, double[] weights) {
    double sum = 0;
    if (rows.length > units() / FEW) { // a product over panels is cheaper than many pairs
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
