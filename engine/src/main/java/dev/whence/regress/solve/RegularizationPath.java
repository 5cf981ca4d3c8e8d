package dev.whence.regress.solve;

import java.util.Arrays;
import java.util.List;

/**
 * One target's regularisation path: the solutions' errors on the training runs and on the
 * validation runs at each λ, and the weights at the best λ.
 *
 * @param lambdas the λ, from the largest to the smallest
 * @param relativeGaps duality gap at each λ, relative to the variance of the outputs: over all d
 *     variables at the last λ and at the end of each leg ({@link PathSearch}), over the variables
 *     that had entered at the other λ; NaN beyond the end of the path, and for direct solutions
 * @param trainErrors mean squared error on the training runs at each λ; NaN beyond the end of the
 *     path
 * @param validationErrors mean squared error on the validation runs at each λ; NaN beyond the end
 *     of the path
 * @param sizes number of weights that are not 0 at each λ; NaN beyond the end of the path
 * @param best index of the λ with the smallest validation error
 * @param weights weights at the best λ, fitted to the training runs, [d]
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

  /** Returns the chosen λ, which has the smallest validation error. */
  public double lambda() {
    return lambdas[best];
  }

  /**
   * Returns this path with {@code newWeights} and {@code newBias} as weights and bias at the chosen
   * λ.
   */
  public RegularizationPath with(double[] newWeights, double newBias) {
    return new RegularizationPath(
        lambdas, relativeGaps, trainErrors, validationErrors, sizes, best, newWeights, newBias);
  }

  /**
   * Returns the mean of one target's paths on several splits: at each λ the mean errors and sizes,
   * and the largest of the relativeGaps; best is the λ with the smallest mean validation error. It
   * has no weights.
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

  /** Records a target's path, one λ after another from the largest. */
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
     * Begins the record of a path.
     *
     * @param lambdas all λ that the path may have, from the largest to the smallest
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
     * Records the results at the next λ; returns whether its validation error is the smallest so
     * far, so that the weights at this λ should go to {@link #keep}.
     *
     * @param gap duality gap, relative to the variance of the outputs
     * @param size number of weights that are not 0
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

    /** Sets the weights, [d], and the bias at the best λ, instead of those set before. */
    public void keep(double[] bestWeights, double bestBias) {
      weights = bestWeights;
      bias = bestBias;
    }

    /**
     * Records the whole path of a target whose outputs all equal {@code output}: at every λ the
     * weights, gap and errors are 0, and the bias is {@code output}.
     */
    void constant(double output, int units) {
      weights = new double[units];
      bias = output;
      Arrays.fill(relativeGaps, 0);
      Arrays.fill(trainErrors, 0);
      Arrays.fill(validationErrors, 0);
      Arrays.fill(sizes, 0);
      next = lambdas.length;
    }

    /** Returns whether the path is at its end: at its last λ, or out of patience. */
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
