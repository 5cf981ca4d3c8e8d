package dev.whence.linalg.dense;

import java.util.Arrays;

/** Products of row-major float matrices by the dense kernels; the same bits on every machine. */
public final class Products {

  /** Floats of the result that are formed at once. */
  private static final int BLOCK = 1 << 22;

  private Products() {}

  /** Returns a·bᵀ, [rows, others], of row-major matrices. */
  public static float[] of(float[] a, int rows, float[] b, int others, int size) {
    return of(a, rows, transposed(b, others, size));
  }

  /** Returns bᵀ, [size, others], in the layout of the kernels. */
  public static Strips transposed(float[] b, int others, int size) {
    Strips right = Strips.zeros(size, others);
    for (int t = 0; t < others; t++) {
      for (int j = 0; j < size; j++) {
        right.data()[right.index(j, t)] = b[t * size + j];
      }
    }
    return right;
  }

  /** Returns the product of a row-major matrix, [rows, right.rows], with another. */
  public static float[] of(float[] a, int rows, Strips right) {
    DenseKernels kernels = DenseKernels.create();
    int size = right.rows();
    int others = right.columns();
    int stride = Strips.pad(others);
    int block = Math.clamp(BLOCK / stride, 1, rows);
    float[] none = new float[stride];
    float[] z = new float[block * stride];
    float[] products = new float[Math.multiplyExact(rows, others)];
    for (int from = 0; from < rows; from += block) {
      int count = Math.min(block, rows - from);
      int first = from;
      int[] offsets = new int[count];
      Arrays.setAll(offsets, i -> (first + i) * size);
      kernels.affine(new Rows(a, offsets, count), right, none, z, stride);
      for (int i = 0; i < count; i++) {
        System.arraycopy(z, i * stride, products, (from + i) * others, others);
      }
    }
    return products;
  }
}
