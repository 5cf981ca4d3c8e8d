package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.count.SparseVector;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The statistics over m runs, for some targets, that least squares with an unpenalised bias needs.
 *
 * <p>With X the m × d masks, y_t the outputs of target t, μ and ȳ_t their means: G = (XᵀX −
 * m·μμᵀ)/m, c_t = (Xᵀy_t − m·μȳ_t)/m, v_t = ‖y_t − ȳ_t‖²/m.
 *
 * @param gram G, shared by the targets
 * @param moments c, v and ȳ of each target
 */
public record Statistics(Gram gram, List<Moments> moments) {

  /**
   * Computes the statistics over some runs in memory, for some targets.
   *
   * <p>Only integers are summed across threads, so the result does not depend on the number of
   * threads.
   *
   * @param rows indices in {@code runs} of the runs to use
   * @param targets indices in {@code runs} of the targets to use
   */
  public static Statistics of(Runs runs, int[] rows, int[] targets, Parallel parallel) {
    BitColumns x = BitColumns.ofRows(runs.masks(), runs.units(), rows);
    Gram gram = Counting.gram(x, parallel);
    float[] offsets = new float[targets.length];
    for (int t = 0; t < targets.length; t++) {
      offsets[t] = runs.output(rows[0], targets[t]);
    }
    TargetSums sums = new TargetSums(runs.units(), offsets);
    CountKernels kernels = CountKernels.sums((double) rows.length * runs.units() * targets.length);
    int[] without = new int[targets.length];
    Arrays.fill(without, -1);
    for (int first = 0; first < rows.length; first += TargetSums.SLAB) {
      int count = Math.min(TargetSums.SLAB, rows.length - first);
      float[] slab = new float[Math.multiplyExact(count, targets.length)];
      for (int i = 0; i < slab.length; i++) {
        slab[i] = runs.output(rows[first + i / targets.length], targets[i % targets.length]);
      }
      sums.add(x, first, count, (i, t) -> slab[i * targets.length + t], without, kernels, parallel);
    }
    return new Statistics(
        gram,
        IntStream.range(0, targets.length).mapToObj(t -> sums.moments(t, gram.counts())).toList());
  }

  /**
   * Returns a target's difference of means, [d], in units of the output: the mean output of the
   * runs that hold a unit less that of the runs that lack it (Ilyas et al. 2022, eq. 15); 0 for a
   * unit that all runs hold or all runs lack.
   */
  public double[] differenceOfMeans(int t) {
    double[] weights = moments.get(t).covariance().clone();
    for (int j = 0; j < weights.length; j++) {
      double curvature = gram.curvature(j) / gram.runs();
      weights[j] = curvature > 0 ? weights[j] / curvature : 0;
    }
    return weights;
  }

  /**
   * Returns the statistics over these runs and the runs of {@code other} together, for the same
   * targets.
   */
  public Statistics plus(Statistics other) {
    return new Statistics(
        gram.plus(other.gram),
        IntStream.range(0, moments.size())
            .mapToObj(t -> moments.get(t).plus(other.moments.get(t), gram, other.gram))
            .toList());
  }

  /** Returns these statistics for some of their targets. */
  public Statistics forTargets(int[] targets) {
    return new Statistics(gram, IntStream.of(targets).mapToObj(moments::get).toList());
  }

  /** Returns the bias with which {@code weights} predict target {@code t} best: ȳ_t − μᵀw. */
  public double bias(int t, double[] weights) {
    return moments.get(t).mean() - gram.mean(weights);
  }

  /**
   * Returns the mean squared error over these runs of a predictor (weights, bias) of target {@code
   * t}, which may have been fitted to other runs: v − 2cᵀw + wᵀGw + (ȳ − bias − μᵀw)².
   */
  public double error(int t, double[] weights, double bias) {
    SparseVector w = SparseVector.of(weights);
    double error = moments.get(t).variance() + gram.quadratic(w.indices(), w.values());
    for (int j : w.indices()) {
      error -= 2 * moments.get(t).covariance()[j] * weights[j];
    }
    double offset = bias(t, weights) - bias;
    return Math.max(0, error) + offset * offset;
  }

  /**
   * Returns each target's mean squared error over these runs, [n]: {@link #error} for all targets
   * with one reading of G.
   *
   * @param weights weights of each target, [n][d]
   * @param biases bias of each target, [n]
   * @param precise whether products with G are summed in double precision
   */
  public double[] errors(
      List<double[]> weights, double[] biases, boolean precise, Parallel parallel) {
    double[][] products = GramProduct.all(gram, weights, precise, parallel);
    double[] errors = new double[products.length];
    for (int t = 0; t < errors.length; t++) {
      double[] w = weights.get(t);
      double[] c = moments.get(t).covariance();
      double error = moments.get(t).variance();
      for (int j = 0; j < w.length; j++) {
        error += w[j] * (products[t][j] - 2 * c[j]);
      }
      double offset = bias(t, w) - biases[t];
      errors[t] = Math.max(0, error) + offset * offset;
    }
    return errors;
  }
}
