package dev.whence.linalg.count;

import java.util.List;

/**
 * Products of a 0/1 matrix X with itself, with integers and with weights. All implementations give
 * the same numbers, so that which of them runs is never recorded.
 */
public sealed interface CountKernels
    permits ScalarCountKernels, TableCountKernels, PopcountCountKernels {

  /** Columns of a tile of XᵀX. */
  int TILE = 64;

  /** Columns of a panel of integers. */
  int PANEL = 16;

  /**
   * Columns that a kernel passes over together, at most: {@link #sum} for fewer costs more each.
   */
  int BLOCK = 4096;

  /** Largest magnitude of an integer in {@link #sum}: 64 rows of them stay far below 2³¹. */
  int LARGEST = (1 << 23) - 1;

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<CountKernels> available() {
    return CountChoice.available();
  }

  /** Returns the implementations that the machine does not have to emulate. */
  static List<CountKernels> notEmulated() {
    return CountChoice.notEmulated();
  }

  /**
   * Returns the kernels for {@link #gram}: scalar where the work is small, since vectors take a
   * second until they are compiled, else the fastest.
   *
   * @param work multiply-adds
   */
  static CountKernels counts(double work) {
    return CountChoice.counts(work);
  }

  /**
   * Returns the kernels for {@link #sum}.
   *
   * @param work multiply-adds
   */
  static CountKernels sums(double work) {
    return CountChoice.sums(work);
  }

  /** Returns the name by which {@code -Dwhence.counts} forces this implementation. */
  String name();

  /**
   * Computes a tile of XᵀX.
   *
   * @param tile its columns are [64·tile, 64·tile + 64) of X, fewer where X ends
   * @param from first row of the tile
   * @param to end of its rows
   * @param counts [(to − from), 64] row-major; overwritten; columns beyond X's last are left 0
   */
  void gram(BitColumns x, int tile, int from, int to, int[] counts);

  /**
   * Adds XᵀQ over some rows of X.
   *
   * @param firstWord first row, in words of 64
   * @param q [rows, 16] row-major, |q| ≤ {@link #LARGEST}; its rows are those of X from
   *     64·firstWord on
   * @param rows how many
   * @param from first column of X
   * @param to end of its columns
   * @param sums [(to − from), 16] row-major; added to
   */
  void sum(BitColumns x, int firstWord, int[] q, int rows, int from, int to, long[] sums);

  /**
   * Adds Xw over 64 rows of X: to out[i] the weights of the columns whose bit i is set, one after
   * another.
   *
   * @param word 64 rows of every column
   * @param columns indices of the columns to add, increasing
   * @param weights one for each entry of {@code columns}
   * @param out [64]
   */
  void weigh(long[] word, int[] columns, double[] weights, double[] out);
}
