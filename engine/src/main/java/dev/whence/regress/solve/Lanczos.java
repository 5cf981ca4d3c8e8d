package dev.whence.regress.solve;

import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import dev.whence.regress.gram.Lockstep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the Krylov space of G and c of one target: orthonormal vectors q_1 … q_k, the columns of
 * Q, with QᵀGQ = T tridiagonal and c = ‖c‖q_1. In this space ridge regressions at all λ are solved
 * at once: (T + λ)y = ‖c‖e_1 and w = Qy (Lanczos 1950; the same iterates as conjugate gradients on
 * G + λ). The space grows by one product with G a vector, until the residual at the smallest λ is
 * small; at larger λ the residual is smaller.
 */
public final class Lanczos implements Lockstep.Solver {

  private static final int MOST = 1000;

  /**
   * Fraction of q_1ᵀGq_1 below which the part of a product with G outside the space is rounding, so
   * that the space is complete.
   */
  private static final double ROUNDING = 1e-13;

  private final Gram gram;
  private final double norm;
  private final double smallest;
  private final double tolerance;
  private final List<double[]> basis = new ArrayList<>();
  private final List<Double> diagonal = new ArrayList<>();
  private final List<Double> beside = new ArrayList<>();
  private final double[] product;

  /** Whether {@link #advance} has requested the product of G with the last vector of the basis. */
  private boolean asked;

  /**
   * Begins a space, which grows as {@link #advance} is called.
   *
   * @param c c = (Xᵀy − m·μȳ)/m, [d]
   * @param smallest the smallest λ at which the regression is to be solved
   * @param tolerance largest residual ‖c − (G + λ)w‖ at the smallest λ, relative to ‖c‖
   */
  public Lanczos(Gram gram, double[] c, double smallest, double tolerance) {
    this.gram = gram;
    this.smallest = smallest;
    this.tolerance = tolerance;
    norm = Math.sqrt(dot(c, c));
    product = new double[c.length];
    if (norm > 0) {
      basis.add(scaled(c, 1 / norm));
    }
  }

  @Override
  public @Nullable GramProduct advance() {
    if (asked) {
      orthogonalize();
    }
    asked = basis.size() > diagonal.size();
    return asked ? product(gram, basis.getLast()) : null;
  }

  /**
   * Returns the request for m·G·w of a vector w, [d], of which all elements may be other than 0; m
   * is the number of runs of G, and {@link GramProduct#store} divides the product by it.
   */
  public static GramProduct product(Gram gram, double[] vector) {
    return new GramProduct(gram, IntStream.range(0, vector.length).toArray(), vector, true);
  }

  @Override
  public void panel(int p, double[] panel) {
    GramProduct.store(gram, p, panel, product);
  }

  /**
   * Makes the next vector of the basis from the product of G with the last vector, unless the space
   * is large enough.
   */
  private void orthogonalize() {
    diagonal.add(dot(basis.getLast(), product));
    for (int pass = 0; pass < 2; pass++) { // one pass leaves rounding errors (Parlett 1998, §6.9)
      for (double[] q : basis) {
        add(product, q, -dot(q, product));
      }
    }
    double left = Math.sqrt(dot(product, product));
    beside.add(left);
    boolean done =
        left <= ROUNDING * diagonal.getFirst()
            || residual(smallest) <= tolerance * norm
            || basis.size() == Math.min(MOST, product.length);
    if (!done) {
      basis.add(scaled(product, 1 / left));
    }
  }

  /** Returns k, the number of vectors q_i whose products with G are in T. */
  public int size() {
    return diagonal.size();
  }

  /** Returns the vector q_{i+1} of the basis, [d]; i counts from 0. */
  public double[] vector(int i) {
    return basis.get(i);
  }

  /** Returns Qᵀμ, [k], where μ, [d], is the mean of the masks of the Gram matrix {@code of}. */
  public double[] means(Gram of) {
    return IntStream.range(0, size()).mapToDouble(i -> of.mean(basis.get(i))).toArray();
  }

  /** Returns the residual ‖c − (G + λ)w‖ of the ridge regression's weights w at a λ. */
  public double residual(double lambda) {
    return size() == 0 ? 0 : beside.getLast() * Math.abs(solve(lambda)[size() - 1]);
  }

  /**
   * Returns y of the ridge regression at a λ, [k], with which the weights are w = Qy; by
   * elimination without pivoting, as T + λ is positive definite.
   */
  public double[] solve(double lambda) {
    double[] y = new double[size()];
    double[] pivots = new double[size()];
    for (int i = 0; i < y.length; i++) {
      double factor = i == 0 ? 0 : beside.get(i - 1) / pivots[i - 1];
      pivots[i] = diagonal.get(i) + lambda - (i == 0 ? 0 : factor * beside.get(i - 1));
      y[i] = i == 0 ? norm : -factor * y[i - 1];
    }
    for (int i = y.length - 1; i >= 0; i--) {
      double next = i + 1 < y.length ? beside.get(i) * y[i + 1] : 0;
      y[i] = (y[i] - next) / pivots[i];
    }
    return y;
  }

  /** Returns the weights w = Qy, [d], of {@code y}, [k]. */
  public double[] weights(double[] y) {
    double[] weights = new double[product.length];
    for (int i = 0; i < y.length; i++) {
      add(weights, basis.get(i), y[i]);
    }
    return weights;
  }

  /**
   * Returns the mean squared error v − 2cᵀw + wᵀGw at w = Qy, over the runs of G and with the best
   * bias.
   *
   * @param variance v
   */
  public double error(double variance, double[] y) {
    double error = variance;
    for (int i = 0; i < y.length; i++) {
      double product = diagonal.get(i) * y[i];
      product += i > 0 ? 2 * beside.get(i - 1) * y[i - 1] : 0;
      error += y[i] * product;
    }
    return Math.max(0, y.length == 0 ? error : error - 2 * norm * y[0]);
  }

  public static double dot(double[] a, double[] b) {
    double dot = 0;
    for (int j = 0; j < a.length; j++) {
      dot += a[j] * b[j];
    }
    return dot;
  }

  static void add(double[] to, double[] of, double factor) {
    for (int j = 0; j < to.length; j++) {
      to[j] += factor * of[j];
    }
  }

  private static double[] scaled(double[] of, double factor) {
    return Arrays.stream(of).map(x -> x * factor).toArray();
  }
}
