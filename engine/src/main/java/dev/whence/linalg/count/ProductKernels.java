package dev.whence.linalg.count;

import dev.whence.linalg.KernelChoice;
import java.util.List;

/**
 * Products of 64 columns of a {@link CountMatrix} with weights on some of its rows. Each element is
 * one chain of fused multiply-adds in the order of the rows, so all implementations give the same
 * bits.
 */
public sealed interface ProductKernels permits ScalarProductKernels, VectorProductKernels {

  /**
   * Sets of weights that are multiplied together: sums of 16 columns for each of 5 sets, and no
   * more, stay in 16 registers beside the operands.
   */
  int SETS = 5;

  /** Columns of a panel. */
  int TILE = CountMatrix.TILE;

  /** Returns weights rounded to float32, as kernels take them and stores keep them. */
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
   * Returns the implementation for this machine: vectors where it has vectors of 256 bits and
   * scalar kernels are not forced.
   */
  static ProductKernels create() {
    return KernelChoice.vectors() ? available().getLast() : new ScalarProductKernels();
  }

  /** Returns scalar, vector256 or vector512. */
  String name();

  /**
   * Computes out[l·64 + k] = Σ_i weights[i·5 + l] · panel[rows[i]][k].
   *
   * @param rows indices of rows of the panel
   * @param n number of rows to multiply, the first of {@code rows}
   * @param weights [n, 5] row-major
   * @param out [5, 64] row-major; overwritten
   */
  void product(CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out);

  /**
   * Adds Σ_i weights[i] · panel[rows[i]][k], from &lt;= i &lt; to, to out[k] in single precision.
   *
   * @param out [64]
   */
  void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, float[] weights, float[] out);

  /**
   * Adds Σ_i weights[i] · panel[rows[i]][k], from &lt;= i &lt; to, to out[k] in double precision.
   *
   * @param out [64]
   */
  void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, double[] weights, double[] out);

  /**
   * Subtracts factor · block[64·row + k] from values[64·set + k], k &lt; 64, in single precision.
   */
  void subtract(float[] block, int row, float factor, float[] values, int set);

  /**
   * Subtracts factor · block[64·row + k] from values[64·set + k], k &lt; 64, in double precision.
   */
  void subtract(double[] block, int row, double factor, double[] values, int set);
}
