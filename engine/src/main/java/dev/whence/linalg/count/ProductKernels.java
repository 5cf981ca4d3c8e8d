package dev.whence.linalg.count;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * Products of a panel, 64 columns, of a {@link CountMatrix} with weights on some of its rows. Each
 * element is one chain of fused multiply-adds in the order of the rows, so all implementations give
 * the same bits.
 */
public sealed interface ProductKernels permits ScalarProductKernels, VectorProductKernels {

  /**
   * Number of sets of weights, one for each product, that {@link #product} multiplies together: the
   * sums of 16 columns for each of 5 sets, and no more, stay in 16 registers beside the operands.
   */
  int SETS = 5;

  /** Number of columns of a panel. */
  int TILE = CountMatrix.TILE;

  /** Returns {@code weights} rounded to float32, as kernels take weights and studies keep them. */
  static float[] rounded(double[] weights) {
    float[] rounded = new float[weights.length];
    for (int j = 0; j < rounded.length; j++) {
      rounded[j] = (float) weights[j];
    }
    return rounded;
  }

  /** Returns every implementation that can run on this machine, the scalar one first. */
  static List<ProductKernels> available() {
    return KernelChoice.vectorModulePresent()
        ? CountChoice.products()
        : List.of(new ScalarProductKernels());
  }

  /**
   * Returns the implementation for this machine: on vectors where it has vectors of 256 bits or
   * more and a property does not force scalar kernels.
   */
  static ProductKernels create() {
    return KernelChoice.vectors() ? available().getLast() : new ScalarProductKernels();
  }

  /** Returns the implementation's name: scalar, vector256 or vector512. */
  String name();

  /**
   * Multiplies a panel's rows with 5 sets of weights: out[64·l + k] = Σ_i weights[5·i + l] ·
   * (element rows[i], k of the panel), for set l and column k of the panel, i = 0 … n − 1.
   *
   * @param panel number of the panel: columns [64·panel, 64·panel + 64) of the matrix
   * @param rows indices of rows of the matrix
   * @param n number of these rows to multiply, the first of {@code rows}
   * @param weights [n, 5] row-major
   * @param out [5, 64] row-major; overwritten
   */
  void product(CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out);

  /**
   * Adds to out[k], for each column k of a panel, Σ_i weights[i] · (element rows[i], k of the
   * panel), i = from … to − 1, in single precision.
   *
   * @param panel number of the panel: columns [64·panel, 64·panel + 64) of the matrix
   * @param rows indices of rows of the matrix
   * @param weights weight of each entry of {@code rows}
   * @param out [64]
   */
  void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, float[] weights, float[] out);

  /**
   * Adds to out[k], for each column k of a panel, Σ_i weights[i] · (element rows[i], k of the
   * panel), i = from … to − 1, in double precision.
   *
   * @param panel number of the panel: columns [64·panel, 64·panel + 64) of the matrix
   * @param rows indices of rows of the matrix
   * @param weights weight of each entry of {@code rows}
   * @param out [64]
   */
  void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, double[] weights, double[] out);

  /**
   * Subtracts a multiple of row {@code row} of {@code block} from row {@code set} of {@code
   * values}: factor · block[64·row + k] from values[64·set + k], for k = 0 … 63, in single
   * precision.
   *
   * @param block rows of 64 numbers
   * @param values rows of 64 numbers, of which row {@code set} is changed
   */
  void subtract(float[] block, int row, float factor, float[] values, int set);

  /**
   * Subtracts a multiple of row {@code row} of {@code block} from row {@code set} of {@code
   * values}: factor · block[64·row + k] from values[64·set + k], for k = 0 … 63, in double
   * precision.
   *
   * @param block rows of 64 numbers
   * @param values rows of 64 numbers, of which row {@code set} is changed
   */
  void subtract(double[] block, int row, double factor, double[] values, int set);
}
