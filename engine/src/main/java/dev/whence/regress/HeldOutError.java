package dev.whence.regress;

import dev.whence.linalg.ProductKernels;
import java.util.Arrays;
import java.util.BitSet;

/** Mean squared errors on runs that weights were not fitted to, for up to five λ together. */
final class HeldOutError {

  private static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;

  private final Gram gram;
  private final Moments moments;
  private final ProductKernels kernels = ProductKernels.create();
  private final SubGram sub;

  /** The variables that have ever had a weight: where they are among all, and which units. */
  private int[] places = new int[0];

  private int[] units = new int[0];
  private int size;

  /** Bit i: the variable at i is among them. */
  private final BitSet known = new BitSet();

  HeldOutError(Gram gram, Moments moments, SubGram.Tiles free) {
    this.gram = gram;
    this.moments = moments;
    sub = new SubGram(gram, free);
  }

  /** Gives the tiles back; the end of this. */
  void close() {
    sub.close();
  }

  /** Returns the counts of the variables that have ever had a weight with each other. */
  SubGram counts() {
    return sub;
  }

  /**
   * Returns v − 2cᵀw + wᵀGw + (ȳ − b − μᵀw)² for each set of weights.
   *
   * @param variables of which there may be more than at the last call, the old ones first
   * @param weights [n, 5]
   * @param biases b, [5]
   */
  double[] of(int[] variables, int n, float[] weights, double[] biases) {
    takeIn(variables, n, weights);
    double[] quadratic = new double[SETS];
    double[] plain = new double[SETS];
    double[] held = new double[SETS];
    double[] linear = new double[SETS];
    for (int i = 0; i < size; i++) {
      int j = units[i];
      for (int l = 0; l < SETS; l++) {
        double w = weights[places[i] * SETS + l];
        quadratic[l] += w * w * (gram.counts()[j] - gram.offset());
        plain[l] += w;
        held[l] += w * gram.counts()[j];
        linear[l] += w * moments.covariance()[j];
      }
    }
    for (int b = 0; b * TILE < size; b++) {
      addBlock(b, weights, quadratic);
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

  /** Adds what the variables of block {@code b} have in wᵀGw with each other and those before. */
  private void addBlock(int b, float[] weights, double[] quadratic) {
    int width = Math.min(TILE, size - b * TILE);
    int[] rows = new int[TILE];
    float[] packed = new float[TILE * SETS];
    int used = 0;
    for (int i = 0; i < width; i++) {
      boolean any = false;
      for (int l = 0; l < SETS; l++) {
        float w = weights[places[b * TILE + i] * SETS + l];
        packed[used * SETS + l] = w;
        any |= w != 0;
      }
      rows[used] = i;
      used += any ? 1 : 0;
    }
    float[] out = new float[SETS * TILE];
    for (int p = 0; p <= b; p++) {
      kernels.product(sub.tile(b, p), 0, rows, used, packed, out);
      int twice = p < b ? 2 : 1; // by symmetry
      for (int k = 0; k < (p < b ? TILE : width); k++) {
        int at = places[p * TILE + k] * SETS;
        for (int l = 0; l < SETS; l++) {
          quadratic[l] += twice * (double) out[l * TILE + k] * weights[at + l];
        }
      }
    }
  }

  /** Takes in the variables that have got a weight. */
  private void takeIn(int[] variables, int n, float[] weights) {
    int old = size;
    units = Arrays.copyOf(units, n);
    places = Arrays.copyOf(places, n);
    for (int i = known.nextClearBit(0); i < n; i = known.nextClearBit(i + 1)) {
      boolean any = false;
      for (int l = 0; l < SETS; l++) {
        any |= weights[i * SETS + l] != 0;
      }
      if (any) {
        known.set(i);
        units[size] = variables[i];
        places[size++] = i;
      }
    }
    sub.extend(units, old, size);
  }
}
