package dev.whence.regress;

import dev.whence.linalg.ProductKernels;

/** Mean squared errors on runs that weights were not fitted to, for up to five λ together. */
final class HeldOutError {

  private static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;

  private final Gram gram;
  private final Moments moments;
  private final ProductKernels kernels = ProductKernels.create();
  private final SubGram sub;
  private int size;

  HeldOutError(Gram gram, Moments moments, SubGrams memory) {
    this.gram = gram;
    this.moments = moments;
    sub = new SubGram(gram, memory);
  }

  /** Gives the memory back; the end of this. */
  void close() {
    sub.close();
  }

  /**
   * Returns v − 2cᵀw + wᵀGw + (ȳ − b − μᵀw)² for each set of weights.
   *
   * @param variables of which there may be more than at the last call, the old ones first
   * @param weights [n, 5]
   * @param biases b, [5]
   */
  double[] of(int[] variables, int n, float[] weights, double[] biases) {
    sub.extend(variables, size, n);
    size = n;
    double[] quadratic = new double[SETS];
    double[] plain = new double[SETS];
    double[] held = new double[SETS];
    double[] linear = new double[SETS];
    int[] rows = new int[n];
    float[] packed = new float[n * SETS];
    int used = 0;
    for (int i = 0; i < n; i++) {
      int j = variables[i];
      boolean any = false;
      for (int l = 0; l < SETS; l++) {
        double w = weights[i * SETS + l];
        packed[used * SETS + l] = (float) w;
        any |= w != 0;
        quadratic[l] += w * w * (gram.counts()[j] - gram.offset());
        plain[l] += w;
        held[l] += w * gram.counts()[j];
        linear[l] += w * moments.covariance()[j];
      }
      rows[used] = i;
      used += any ? 1 : 0;
    }
    float[] out = new float[SETS * TILE];
    int before = 0;
    int upTo = 0;
    for (int p = 0; p * TILE < n; p++) {
      // By symmetry rows before the panel count twice and those after it need not be read.
      int width = Math.min(TILE, n - p * TILE);
      for (; before < upTo; before++) {
        for (int l = 0; l < SETS; l++) {
          packed[before * SETS + l] *= 2;
        }
      }
      while (upTo < used && rows[upTo] < p * TILE + width) {
        upTo++;
      }
      kernels.product(sub.counts(), p, rows, upTo, packed, out);
      for (int k = 0; k < width; k++) {
        for (int l = 0; l < SETS; l++) {
          quadratic[l] += (double) out[l * TILE + k] * weights[(p * TILE + k) * SETS + l];
        }
      }
    }
    double m = gram.runs();
    double[] errors = new double[SETS];
    for (int l = 0; l < SETS; l++) {
      double common = quadratic[l] + gram.offset() * plain[l] * plain[l] - held[l] * held[l] / m;
      double offset = moments.mean() - biases[l] - held[l] / m;
      errors[l] = Math.max(0, moments.variance() - 2 * linear[l] + common / m) + offset * offset;
    }
    return errors;
  }
}
