package dev.whence.regress.solve;

import java.util.Arrays;
import java.util.List;

/**
 * One target's path on the training runs and its errors on the validation runs.
 *
 * @param lambdas the λ, from the largest to the smallest
 * @param relativeGaps duality gap at each λ, relative to the variance of the outputs: over all
 *     variables at the last λ and at the end of each leg, over the variables that had entered at
 *     the other λ; NaN beyond the end of the path, and for direct solutions
 * @param trainErrors mean squared error on the training runs at each λ; NaN beyond the end of the
 *     path
 * @param validationErrors mean squared error on the validation runs at each λ; NaN beyond the end
 *     of the path
 * @param sizes number of weights that are not 0 at each λ; NaN beyond the end of the path
 * @param best index of the λ with the smallest validation error
 * @param weights weights at the best λ, [d]
 * @param bias bias at the best λ
 */
public record RegularizationPath(
    double[] lambdas,
    double[] relativeGaps,
    double[] trainErrors,
    double[] validationErrors,
    double[] sizes,
    int best,
    double[] weights,
    double bias) {

  /** Returns the chosen λ. */
  public double lambda() {
    return lambdas[best];
  }

  /** Returns this path with other weights at the chosen λ. */
  public RegularizationPath with(double[] newWeights, double newBias) {
    return new RegularizationPath(
        lambdas, relativeGaps, trainErrors, validationErrors, sizes, best, newWeights, newBias);
  }

  /**
   * Returns the mean of the paths on several splits, without weights; its relativeGaps are the
   * largest of the splits' relativeGaps.
   *
   * @param all all λ, of which the paths have the first; the mean is NaN at the other λ
   */
  public static RegularizationPath mean(List<RegularizationPath> paths, double[] all) {
    int length = paths.getFirst().lambdas.length;
    double[] train = nothing(all.length);
    double[] validation = nothing(all.length);
    double[] relativeGaps = nothing(all.length);
    double[] sizes = nothing(all.length);
    int best = 0;
    for (int k = 0; k < length; k++) {
      int at = k;
      train[k] = paths.stream().mapToDouble(p -> p.trainErrors[at]).average().orElse(Double.NaN);
      validation[k] =
          paths.stream().mapToDouble(p -> p.validationErrors[at]).average().orElse(Double.NaN);
      sizes[k] = paths.stream().mapToDouble(p -> p.sizes[at]).average().orElse(Double.NaN);
      relativeGaps[k] =
          paths.stream().mapToDouble(p -> p.relativeGaps[at]).max().orElse(Double.NaN);
      best = validation[k] < validation[best] ? k : best;
    }
    return new RegularizationPath(
        all, relativeGaps, train, validation, sizes, best, new double[0], 0);
  }

  private static double[] nothing(int n) {
    double[] nothing = new double[n];
    Arrays.fill(nothing, Double.NaN);
    return nothing;
  }

  /** Records a path, λ after λ. */
  public static final class Recorder {

    private final double[] lambdas;
    private final int patience;
    private final double[] relativeGaps;
    private final double[] trainErrors;
    private final double[] validationErrors;
    private final double[] sizes;
    private int next;
    private int best;
    private double[] weights = new double[0];
    private double bias;

    /**
     * @param patience number of λ without an improvement of the validation error after which the
     *     path ends; 0 follows the whole path
     */
    public Recorder(double[] lambdas, int patience) {
      this.lambdas = lambdas;
      this.patience = patience;
      relativeGaps = nothing(lambdas.length);
      trainErrors = nothing(lambdas.length);
      validationErrors = nothing(lambdas.length);
      sizes = nothing(lambdas.length);
    }

    /**
     * Adds the results at the next λ; returns whether this λ is the best so far and its weights
     * should go to {@link #keep}.
     */
    public boolean add(double trainError, double validationError, double gap, int size) {
      trainErrors[next] = trainError;
      validationErrors[next] = validationError;
      relativeGaps[next] = gap;
      sizes[next] = size;
      if (next == 0 || validationError < validationErrors[best]) {
        best = next;
      }
      return best == next++;
    }

    /** Sets the weights and the bias at the best λ. */
    public void keep(double[] weightsThere, double biasThere) {
      weights = weightsThere;
      bias = biasThere;
    }

    /** Records the path of outputs that all equal {@code output}. */
    void constant(double output, int units) {
      weights = new double[units];
      bias = output;
      Arrays.fill(relativeGaps, 0);
      Arrays.fill(trainErrors, 0);
      Arrays.fill(validationErrors, 0);
      Arrays.fill(sizes, 0);
      next = lambdas.length;
    }

    /** Returns whether the path is at its end. */
    boolean ended() {
      return next == lambdas.length || (patience > 0 && sinceBest() >= patience);
    }

    private int sinceBest() {
      return Math.max(0, next - 1 - best);
    }

    public RegularizationPath path() {
      return new RegularizationPath(
          lambdas, relativeGaps, trainErrors, validationErrors, sizes, best, weights, bias);
    }
  }
}
