package dev.whence.regress;

import dev.whence.linalg.CountMatrix;
import dev.whence.linalg.ProductKernels;
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
public record Gram(int runs, int[] counts, long offset, List<CountMatrix> matrices) {

  private static final int FEW = 16;

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

  /** Returns μ_j, the fraction of the runs that hold unit {@code j}. */
  public double mean(int j) {
    return (double) counts[j] / runs;
  }

  /** Returns a number near all counts. */
  float meanCount() {
    return Math.round(IntStream.of(counts).average().orElse(0));
  }

  /** Returns the number of runs that hold both units, less the offset; for j ≠ k. */
  public int centred(int j, int k) {
    int sum = 0;
    for (CountMatrix matrix : matrices) {
      sum += matrix.get(j, k);
    }
    return sum;
  }

  /** Adds to {@code out} what {@link #centred} says of unit {@code k} and the first n of some. */
  void gather(int k, int[] units, int n, int[] out) {
    for (CountMatrix matrix : matrices) {
      matrix.gather(k, units, n, out);
    }
  }

  /** Returns m·G_jj = n_j(1 − n_j/m), exactly 0 for a unit that all runs hold. */
  public double curvature(int j) {
    return (double) counts[j] * (runs - counts[j]) / runs;
  }

  /** Returns G_jk. */
  public double at(int j, int k) {
    return j == k ? curvature(j) / runs : element(centred(j, k), j, k);
  }

  /** Returns G_jk, j ≠ k, of which {@link #centred} says {@code common}. */
  double element(int common, int j, int k) {
    return (common + offset - (double) counts[j] * counts[k] / runs) / runs;
  }

  /** Returns row {@code j} of G, [d]. */
  public double[] row(int j) {
    return IntStream.range(0, units()).mapToDouble(k -> at(j, k)).toArray();
  }

  /** Returns the number of panels that a product is computed in. */
  public int panels() {
    return Math.ceilDiv(units(), ProductKernels.TILE);
  }

  /**
   * Computes 64 elements of G·w: those of panel {@code p}.
   *
   * @param rows the units whose weight is not 0
   * @param weights theirs
   * @param precise whether the counts off the diagonal are summed in double precision; with random
   *     subsets they are so small beside the diagonal that single precision errs by some 10⁻⁸ of λ
   * @param product [d]; elements of the panel are overwritten
   */
  void multiply(
      ProductKernels kernels,
      int p,
      int[] rows,
      double[] weights,
      boolean precise,
      double[] product) {
    double plain = 0;
    double held = 0;
    for (int i = 0; i < rows.length; i++) {
      plain += weights[i];
      held += weights[i] * counts[rows[i]];
    }
    int first = p * ProductKernels.TILE;
    int width = Math.min(ProductKernels.TILE, units() - first);
    double[] sum = new double[ProductKernels.TILE];
    for (CountMatrix matrix : matrices) {
      add(kernels, matrix, p, rows, weights, precise, sum);
    }
    for (int k = 0; k < width; k++) {
      double common = sum[k] + offset * plain - counts[first + k] * (held / runs);
      product[first + k] = common / runs;
    }
    for (int i = 0; i < rows.length; i++) {
      int j = rows[i];
      if (j >= first && j < first + width) {
        product[j] += weights[i] * (counts[j] - offset) / runs;
      }
    }
  }

  private static void add(
      ProductKernels kernels,
      CountMatrix matrix,
      int p,
      int[] rows,
      double[] weights,
      boolean precise,
      double[] sum) {
    double[] out = new double[ProductKernels.TILE];
    if (precise) {
      kernels.product(matrix, p, rows, rows.length, weights, out);
    } else {
      float[] single = new float[ProductKernels.TILE];
      kernels.product(matrix, p, rows, Datamodel.stored(weights), rows.length, single);
      Arrays.setAll(out, k -> single[k]);
    }
    for (int k = 0; k < out.length; k++) {
      sum[k] += out[k];
    }
  }

  /** Returns wᵀGw. */
  double quadratic(int[] rows, double[] weights) {
    double sum = 0;
    if (rows.length > units() / FEW) { // a product over panels is cheaper than many pairs
      double[] product = new double[units()];
      ProductKernels kernels = ProductKernels.create();
      for (int p = 0; p < panels(); p++) {
        multiply(kernels, p, rows, weights, true, product);
      }
      for (int i = 0; i < rows.length; i++) {
        sum += weights[i] * product[rows[i]];
      }
      return sum;
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
