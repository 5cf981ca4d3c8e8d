package dev.whence.regress.statistics;

import dev.whence.regress.gram.Gram;

/**
 * The statistics of one target's outputs y over m runs that least squares needs besides G.
 *
 * @param covariance c = (Xᵀy − m·μȳ)/m, [d]
 * @param variance v = ‖y − ȳ‖²/m
 * @param mean ȳ
 */
public record Moments(double[] covariance, double variance, double mean) {

  /** Outputs whose variance is below this part of their squared mean are equal up to rounding. */
  private static final double CONSTANT = 1e-24;

  /**
   * Returns the moments of outputs y, from sums of their distances to a constant o.
   *
   * @param counts n, [d]: the number of runs that hold each unit
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
      // The covariance of a unit that every run or no run holds is 0, without rounding errors.
      boolean varies = counts[j] > 0 && counts[j] < runs;
      covariance[j] = varies ? (sums[j] - counts[j] * distance) / runs : 0;
    }
    return new Moments(covariance, constant ? 0 : variance, mean);
  }

  /**
   * Returns moments with which other runs' Gram matrix gives the squared error, gradient and bias
   * of these runs at some weights w.
   *
   * @param here the moments of X·w over these runs: Gw, wᵀGw and μᵀw
   * @param there the moments of X·w over the other runs
   */
  public Moments moved(Moments here, Moments there) {
    double[] moved = covariance.clone();
    for (int j = 0; j < moved.length; j++) {
      moved[j] += there.covariance[j] - here.covariance[j];
    }
    return new Moments(
        moved, variance + there.variance - here.variance, mean + there.mean - here.mean);
  }

  /**
   * Returns the moments over these runs and others together.
   *
   * @param here Gram matrix of these runs, for their number and the means of their masks
   * @param there Gram matrix of the other runs
   */
  Moments plus(Moments other, Gram here, Gram there) {
    double share = (double) here.runs() / (here.runs() + there.runs());
    double rest = 1 - share;
    double between = mean - other.mean;
    double[] sum = new double[covariance.length];
    for (int j = 0; j < sum.length; j++) {
      // Covariances within the two sets, and between their means (Chan, Golub and LeVeque 1983).
      sum[j] =
          share * covariance[j]
              + rest * other.covariance[j]
              + share * rest * (here.mean(j) - there.mean(j)) * between;
    }
    return new Moments(
        sum,
        share * variance + rest * other.variance + share * rest * between * between,
        share * mean + rest * other.mean);
  }
}
