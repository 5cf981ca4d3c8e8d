package dev.whence.regress.statistics;

import dev.whence.regress.gram.Gram;

/**
 * The moments of one target: the statistics of the target's outputs y over m runs that least
 * squares needs besides the Gram matrix G of these runs.
 *
 * @param covariance c = (Xᵀy − m·μȳ)/m, [d], where X are the masks of the runs, μ their mean
 * @param variance v = ‖y − ȳ‖²/m
 * @param mean ȳ, the mean of y
 */
public record Moments(double[] covariance, double variance, double mean) {

  /**
   * Fraction of the squared mean of a target's outputs up to which their variance is taken for
   * rounding, and so for 0.
   */
  private static final double CONSTANT = 1e-24;

  /**
   * Returns the moments of a target's outputs y over some runs, from sums of their distances to a
   * constant o.
   *
   * @param runs number of these runs
   * @param counts n_j, the number of these runs that hold unit j, [d]
   * @param offset o
   * @param sum Σ(y − o)
   * @param squares Σ(y − o)²
   * @param sums Xᵀ(y − o), [d]
   */
  static Moments of(
      int runs, int[] counts, double offset, double sum, double squares, double[] sums) {
    double distance = sum / runs;
    double variance = squares / runs - distance * distance;
    double mean = offset + distance;
    boolean constant = variance <= CONSTANT * mean * mean;
    double[] covariance = new double[sums.length];
    for (int j = 0; !constant && j < sums.length; j++) {
      // The covariance of a unit that all runs hold or all runs lack is 0, without rounding errors.
      boolean varies = counts[j] > 0 && counts[j] < runs;
      covariance[j] = varies ? (sums[j] - counts[j] * distance) / runs : 0;
    }
    return new Moments(covariance, constant ? 0 : variance, mean);
  }

  /**
   * Returns moments that, used with the Gram matrix of other runs, give at the weights w (at no
   * other weights) the squared error, gradient and bias that this object's runs give with their own
   * Gram matrix.
   *
   * @param own moments of X·w over this object's runs: Gw, wᵀGw and μᵀw
   * @param other moments of X·w over the other runs
   */
  public Moments moved(Moments own, Moments other) {
    double[] moved = covariance.clone();
    for (int j = 0; j < moved.length; j++) {
      moved[j] += other.covariance[j] - own.covariance[j];
    }
    return new Moments(
        moved, variance + other.variance - own.variance, mean + other.mean - own.mean);
  }

  /**
   * Returns the moments over this object's runs and other runs together.
   *
   * @param other moments over the other runs, of the same target
   * @param gram Gram matrix of this object's runs, used for their number and the mean of their
   *     masks
   * @param otherGram Gram matrix of the other runs
   */
  Moments plus(Moments other, Gram gram, Gram otherGram) {
    double share = (double) gram.runs() / (gram.runs() + otherGram.runs());
    double rest = 1 - share;
    double between = mean - other.mean;
    double[] sum = new double[covariance.length];
    for (int j = 0; j < sum.length; j++) {
      // Covariances within the two sets of runs, and between their means (Chan, Golub and LeVeque
      // 1983).
      sum[j] =
          share * covariance[j]
              + rest * other.covariance[j]
              + share * rest * (gram.mean(j) - otherGram.mean(j)) * between;
    }
    return new Moments(
        sum,
        share * variance + rest * other.variance + share * rest * between * between,
        share * mean + rest * other.mean);
  }
}
