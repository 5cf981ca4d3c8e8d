package dev.whence.linalg.count;

import java.util.List;

/**
 * Products of a 0/1 matrix X with itself, with integers and with weights. All implementations give
 * the same numbers, so the choice among them is never recorded.
 */
public sealed interface CountKernels
    permits ScalarCountKernels, TableCountKernels, PopcountCountKernels {

  /** Number of columns of a panel of XᵀX, and number of rows and of columns of a tile. */
  int TILE = 64;

  /** Number of columns of a strip of integers. */
  int STRIP = 16;

  /**
   * Largest number of columns of X that a kernel passes over together, a band; {@link #sum} over
   * fewer columns takes longer for each column.
   */
  int BAND = 4096;

  /**
   * Largest magnitude of an integer in {@link #sum}: the sum of 64 such integers, below 2²⁹, fits
   * 32 bits.
   */
  int LARGEST = (1 << 23) - 1;

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<CountKernels> available() {
    return CountChoice.available();
  }

  /**
   * Returns the implementations for which the machine has vectors, so that it does not emulate
   * them.
   */
  static List<CountKernels> notEmulated() {
    return CountChoice.notEmulated();
  }

  /**
   * Returns the kernels for {@link #gram}: scalar where the work is small, since vector kernels
   * take a second until they are compiled, else the fastest; or the kernels that a property forces.
   *
   * @param work multiply-adds of all calls to come
   */
  static CountKernels counts(double work) {
    return CountChoice.counts(work);
  }

  /**
   * Returns the kernels for {@link #sum}: scalar where the work is small, else on vectors; or the
   * kernels that a property forces.
   *
   * @param work multiply-adds of all calls to come
   */
  static CountKernels sums(double work) {
    return CountChoice.sums(work);
  }

  /** Returns the name by which {@code -Dwhence.counts} forces this implementation. */
  String name();

  /**
   * Computes rows [from, to) of a panel of 64 columns of XᵀX.
   *
   * @param panel number of the panel: columns [64·panel, 64·panel + 64) of XᵀX, fewer where X ends
   * @param from first row of XᵀX to compute, that is a column of X
   * @param to end of the rows of XᵀX, exclusive
   * @param counts [(to − from), 64] row-major; overwritten; columns beyond the last column of X
   *     become 0
   */
  void gram(BitColumns x, int panel, int from, int to, int[] counts);

  /**
   * Adds the product XᵀQ over some rows of X to {@code sums}; Q is a strip of 16 columns.
   *
   * @param firstWord first of these rows of X, divided by 64
   * @param q the integers Q, [rows, 16] row-major, |q| ≤ {@link #LARGEST}; row i of Q belongs to
   *     row 64·firstWord + i of X
   * @param rows number of rows of Q
   * @param from first column of X, a row of the product
   * @param to end of the columns of X, exclusive
   * @param sums the product, [(to − from), 16] row-major; added to
   */
  void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums);

  /**
   * Adds the product Xw over 64 rows of X to {@code out}: out[i] receives the weights of the
   * columns that are 1 in row i, in the order of {@code columns}.
   *
   * @param word 64 rows of every column of X: bit i of word[j] is row i of column j
   * @param columns indices of the columns whose weights are added, increasing
   * @param weights weight of each entry of {@code columns}
   * @param out [64], one sum for each row; added to
   */
  void weigh(long[] word, int[] columns, double[] weights, double[] out);
}
