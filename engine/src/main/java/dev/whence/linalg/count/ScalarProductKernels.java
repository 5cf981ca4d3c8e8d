package dev.whence.linalg.count;

import java.util.Arrays;

/** {@link ProductKernels} in plain Java: the specification, whose bits all implementations give. */
final class ScalarProductKernels implements ProductKernels {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void product(
      CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out) {
    assert CountFence.product(matrix, panel, rows, n, weights, out);
    Arrays.fill(out, 0, SETS * TILE, 0);
    int width = Math.min(TILE, matrix.units() - panel * TILE);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < width; k++) {
        float element = matrix.get(rows[i], panel * TILE + k);
        for (int l = 0; l < SETS; l++) {
          out[l * TILE + k] = Math.fma(weights[i * SETS + l], element, out[l * TILE + k]);
        }
      }
    }
  }

  @Override
  public void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, float[] weights, float[] out) {
    assert CountFence.add(matrix, panel, rows, from, to, weights.length, out.length);
    int width = Math.min(TILE, matrix.units() - panel * TILE);
    for (int i = from; i < to; i++) {
      for (int k = 0; k < width; k++) {
        out[k] = Math.fma(weights[i], matrix.get(rows[i], panel * TILE + k), out[k]);
      }
    }
  }

  @Override
  public void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, double[] weights, double[] out) {
    assert CountFence.add(matrix, panel, rows, from, to, weights.length, out.length);
    int width = Math.min(TILE, matrix.units() - panel * TILE);
    for (int i = from; i < to; i++) {
      for (int k = 0; k < width; k++) {
        out[k] = Math.fma(weights[i], matrix.get(rows[i], panel * TILE + k), out[k]);
      }
    }
  }

  @Override
  public void subtract(double[] block, int row, double factor, double[] values, int set) {
    assert CountFence.subtract(block.length, row, values.length, set);
    for (int k = 0; k < TILE; k++) {
      int at = set * TILE + k;
      values[at] = Math.fma(-factor, block[row * TILE + k], values[at]);
    }
  }

  @Override
  public void subtract(float[] block, int row, float factor, float[] values, int set) {
    assert CountFence.subtract(block.length, row, values.length, set);
    for (int k = 0; k < TILE; k++) {
      int at = set * TILE + k;
      values[at] = Math.fma(-factor, block[row * TILE + k], values[at]);
    }
  }
}
