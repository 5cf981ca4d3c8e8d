package dev.whence.regress.solve;

import dev.whence.linalg.count.ProductKernels;
import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Moments;
import org.jspecify.annotations.Nullable;

/**
 * Computes mean squared errors on the validation runs, to which weights were not fitted, of one
 * target's weights at up to five λ of a path together: five sets of weights.
 */
final class HeldOutError {

  static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;

  private final Gram gram;
  private final Moments moments;
  private final ProductKernels kernels = ProductKernels.create();
  private final SubGram sub;

  HeldOutError(Gram gram, Moments moments, SubGram.Tiles free) {
    this.gram = gram;
    this.moments = moments;
    sub = new SubGram(gram, free, true);
  }

  /** Returns the counts of pairs of the variables added so far, over the validation runs. */
  SubGram counts() {
    return sub;
  }

  /**
   * Adds variables, units with their weights. Errors can be computed once the returned gathering,
   * which reads the counts of pairs of the variables, has run; null when nothing was added.
   *
   * @param variables all variables: the variables added before, in the same order, then the new
   *     ones
   * @param n number of variables after the addition, the first of {@code variables}
   */
  @Nullable Gathering add(int[] variables, int n) {
    return n > sub.size() ? sub.add(variables, n) : null;
  }

  /**
   * Returns the mean squared error v − 2cᵀw + wᵀGw + (ȳ − b − μᵀw)² on the validation runs for each
   * of five sets of weights w, [5].
   *
   * @param variables the variables in the order in which they were added
   * @param n number of variables that have weights, the first of {@code variables}
   * @param weights w of the five sets, [n, 5]
   * @param biases b, [5]
   */
  double[] of(int[] variables, int n, float[] weights, double[] biases) {
    double[] quadratic = new double[SETS];
    for (int b = 0; b * TILE < n; b++) {
      addBlock(b, n, weights, quadratic);
    }
    return errors(variables, n, weights, biases, quadratic);
  }

  /**
   * Returns an estimate of the mean squared error of each of five sets of weights, [5], as if every
   * pair of units were in the same number of runs, the Gram matrix's offset. For random subsets it
   * errs by little, and of G it reads only the diagonal. Parameters as for {@link #of}.
   */
  double[] rough(int[] variables, int n, float[] weights, double[] biases) {
    return errors(variables, n, weights, biases, new double[SETS]);
  }

  private double[] errors(
      int[] variables, int n, float[] weights, double[] biases, double[] quadratic) {
    double[] plain = new double[SETS];
    double[] held = new double[SETS];
    double[] linear = new double[SETS];
    for (int i = 0; i < n; i++) {
      int j = variables[i];
      for (int l = 0; l < SETS; l++) {
        double w = weights[i * SETS + l];
        quadratic[l] += w * w * (gram.counts()[j] - gram.offset());
        plain[l] += w;
        held[l] += w * gram.counts()[j];
        linear[l] += w * moments.covariance()[j];
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

  /**
   * Adds to {@code quadratic}, [5], for each of five sets of weights w, the sum of w_j·w_k times
   * the stored count of the pair (j, k), over the ordered pairs of variables of which one is in
   * block {@code b} of 64 variables and the other in blocks 0 … b.
   */
  private void addBlock(int b, int n, float[] weights, double[] quadratic) {
    int width = Math.min(TILE, n - b * TILE);
    int[] rows = new int[TILE];
    float[] packed = new float[TILE * SETS];
    int used = 0;
    for (int i = 0; i < width; i++) {
      boolean any = false;
      for (int l = 0; l < SETS; l++) {
        float w = weights[(b * TILE + i) * SETS + l];
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
        int at = (p * TILE + k) * SETS;
        for (int l = 0; l < SETS; l++) {
          quadratic[l] += twice * (double) out[l * TILE + k] * weights[at + l];
        }
      }
    }
  }
}
