package dev.whence.regress.gram;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.PairCounts;
import dev.whence.linalg.count.ProductKernels;
import dev.whence.linalg.count.SparseVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The product m·G·w of a Gram matrix G of m runs and one vector w with few elements that are not 0,
 * computed in panels of 64 elements.
 *
 * <p>Many products are computed together. Of each panel, a band of {@value PanelBands#SIZE} rows at
 * a time is read in order into the second-level cache; each product then finds its own rows of the
 * band in the cache, out of order.
 */
public final class GramProduct implements Request {

  private static final int TILE = ProductKernels.TILE;

  /**
   * Threshold: a band of a panel is read in order when the requests for its rows, summed over the
   * products, are more than 1/FEW of the rows.
   */
  private static final int FEW = 4;

  /** Receives the panels of a product m·G·w, 64 elements each. */
  interface Sink {
    /**
     * Receives panel {@code p} of the product m·G·w: {@code product[k]} is element 64·p + k, k = 0
     * … 63, undefined beyond the last unit. Panels come in any order, on several threads.
     */
    void panel(int p, double[] product);
  }

  private final Gram gram;
  private final int[] rows;
  private final double[] weights;

  /**
   * The weights in single precision; null where the counts of pairs are summed in double precision.
   */
  private final float @Nullable [] single;

  /**
   * For each panel of 64 units the index in {@code rows} of the panel's first unit, then the length
   * of {@code rows}, [panels + 1].
   */
  private final int[] begin;

  /** Σ_j w_j, the sum of the weights. */
  private double plain;

  /** Σ_j n_j·w_j, where n_j is the number of runs that hold unit j. */
  private double held;

  /**
   * Makes the product m·G·w of {@code gram} and a vector w.
   *
   * @param rows the units whose weight is not 0, in increasing order
   * @param weights the weights of these units, in the order of {@code rows}
   * @param precise whether the counts off the diagonal, minus the offset, are summed in double
   *     precision; for random subsets they are so small beside the diagonal that single precision
   *     errs by about 10⁻⁸ of λ
   */
  public GramProduct(Gram gram, int[] rows, double[] weights, boolean precise) {
    this.gram = gram;
    this.rows = rows;
    this.weights = weights;
    single = precise ? null : ProductKernels.rounded(weights);
    for (int i = 0; i < rows.length; i++) {
      plain += weights[i];
      held += weights[i] * gram.counts()[rows[i]];
    }
    begin = new int[gram.panels() + 1];
    for (int row : rows) {
      begin[row / TILE + 1]++;
    }
    for (int p = 1; p < begin.length; p++) {
      begin[p] += begin[p - 1];
    }
  }

  /**
   * Makes the product m·G·w of {@code gram} and the vector {@code w}, [d].
   *
   * @param precise whether the counts off the diagonal are summed in double precision
   */
  public static GramProduct of(Gram gram, double[] w, boolean precise) {
    SparseVector sparse = SparseVector.of(w);
    return new GramProduct(gram, sparse.indices(), sparse.values(), precise);
  }

  @Override
  public Gram gram() {
    return gram;
  }

  /**
   * Returns the index in {@code rows} of the first unit in band {@code b}, units 4096·b, 4096·b +
   * 1, …
   */
  private int band(int b) {
    return begin[Math.min(b * (PanelBands.SIZE / TILE), begin.length - 1)];
  }

  /** Products with one Gram matrix that are computed together and share each reading of a panel. */
  static final class Batch {

    private final List<GramProduct> products;

    /** The rows of G, units, that at least one product requests. */
    private final BitSet rows = new BitSet();

    private final ProductKernels kernels = ProductKernels.create();

    /** Each thread's sums over one panel, 64 for each product. */
    private final ThreadLocal<Memory> memory = ThreadLocal.withInitial(this::memory);

    private record Memory(double[][] sums, float[][] singles) {}

    Batch(List<GramProduct> products) {
      this.products = products;
      for (GramProduct product : products) {
        for (int row : product.rows) {
          rows.set(row);
        }
      }
    }

    private Memory memory() {
      double[][] sums = new double[products.size()][];
      float[][] singles = new float[products.size()][];
      for (int i = 0; i < sums.length; i++) {
        boolean precise = products.get(i).single == null;
        sums[i] = new double[precise ? TILE : 0];
        singles[i] = new float[precise ? 0 : TILE];
      }
      return new Memory(sums, singles);
    }

    /**
     * Computes panel {@code p} of every product and gives it to the product's sink, {@code
     * sinks.apply(i)} for product i.
     */
    void panel(int p, IntFunction<Sink> sinks) {
      if (products.isEmpty()) {
        return;
      }
      Gram gram = products.getFirst().gram;
      double[][] sums = memory.get().sums;
      float[][] singles = memory.get().singles;
      for (int i = 0; i < sums.length; i++) {
        Arrays.fill(sums[i], 0);
        Arrays.fill(singles[i], 0);
      }
      for (PairCounts counts : gram.matrices()) {
        CountMatrix matrix = counts.panel(p, rows);
        for (int b = 0; b < PanelBands.count(gram.units()); b++) {
          PanelBands.touch(matrix, p, b, asked(b), FEW);
          for (int i = 0; i < sums.length; i++) {
            products.get(i).add(kernels, matrix, p, b, sums[i], singles[i]);
          }
        }
      }
      double[] product = new double[TILE];
      for (int i = 0; i < sums.length; i++) {
        products.get(i).complete(p, sums[i], singles[i], product);
        sinks.apply(i).panel(p, product);
      }
    }

    /** Returns the number of requested rows in band {@code b}, summed over the products. */
    private int asked(int b) {
      int asked = 0;
      for (GramProduct product : products) {
        asked += product.band(b + 1) - product.band(b);
      }
      return asked;
    }
  }

  /** Returns G·w for each vector w of {@code weights}, [n, d], summed in double precision. */
  public static double[][] all(Gram gram, List<double[]> weights, Parallel parallel) {
    return all(gram, weights, true, parallel);
  }

  /**
   * Returns G·w for each vector w of {@code weights}, [n, d].
   *
   * @param precise whether the counts off the diagonal are summed in double precision
   */
  public static double[][] all(
      Gram gram, List<double[]> weights, boolean precise, Parallel parallel) {
    List<GramProduct> products = new ArrayList<>();
    for (double[] w : weights) {
      products.add(of(gram, w, precise));
    }
    double[][] results = new double[weights.size()][gram.units()];
    Batch batch = new Batch(products);
    parallel.forEach(
        gram.panels(),
        p -> batch.panel(p, i -> (at, product) -> store(gram, at, product, results[i])));
    return results;
  }

  /**
   * Divides panel {@code p} of the product m·G·w by m, and stores it in {@code result}, which
   * becomes G·w, [d].
   *
   * @param product panel p of m·G·w, [64]
   */
  public static void store(Gram gram, int p, double[] product, double[] result) {
    int from = p * TILE;
    for (int j = from; j < Math.min(from + TILE, gram.units()); j++) {
      result[j] = product[j - from] / gram.runs();
    }
  }

  private void add(
      ProductKernels kernels, CountMatrix matrix, int p, int b, double[] sum, float[] sumSingle) {
    if (single == null) {
      kernels.add(matrix, p, rows, band(b), band(b + 1), weights, sum);
    } else {
      kernels.add(matrix, p, rows, band(b), band(b + 1), single, sumSingle);
    }
  }

  /**
   * Completes elements [64·p, 64·p + 64) of the vector m·G·w: adds the terms of the offset and of
   * the diagonal to the sums over the stored counts of pairs, and subtracts n·(nᵀw)/m, where n_j is
   * the number of runs that hold unit j.
   */
  private void complete(int p, double[] sum, float[] sumSingle, double[] product) {
    int first = p * TILE;
    double common = gram.offset() * plain;
    double share = held / gram.runs();
    for (int k = 0; k < Math.min(TILE, gram.units() - first); k++) {
      double stored = single == null ? sum[k] : sumSingle[k];
      product[k] = stored + common - gram.counts()[first + k] * share;
    }
    for (int i = begin[p]; i < begin[p + 1]; i++) {
      product[rows[i] - first] += weights[i] * (gram.counts()[rows[i]] - gram.offset());
    }
  }

  /**
   * Returns wᵀGw for the w of this product; reads only the panels that have units with a weight.
   */
  double quadratic() {
    double[] sum = new double[1];
    Batch batch = new Batch(List.of(this));
    for (int p : IntStream.of(rows).map(j -> j / TILE).distinct().toArray()) {
      batch.panel(p, i -> (panel, product) -> sum[0] += dot(panel, product));
    }
    return sum[0] / gram.runs();
  }

  private double dot(int p, double[] product) {
    double dot = 0;
    int first = p * TILE;
    for (int i = begin[p]; i < begin[p + 1]; i++) {
      dot += weights[i] * product[rows[i] - first];
    }
    return dot;
  }
}
