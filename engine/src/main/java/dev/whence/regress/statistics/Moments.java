package dev.whence.regress.statistics;

import dev.whence.regress.gram.Gram;

/**
 * What least squares needs to know of one target's outputs y over m runs, besides G.
 *
 * @param covariance c = (Xᵀy − m·μȳ)/m, [d]
 * @param variance v = ‖y − ȳ‖²/m
 * @param mean ȳ
 */
public record Moments(double[] covariance, double variance, double mean) {

  /** Outputs whose variance is below this part of their squared mean are equal up to rounding. */
  private static final double CONSTANT = 1e-24;

  /**
   * Returns the moments of outputs given as sums of their distances from a constant.
   *
   * @param sums Xᵀ(y − o), [d]
   * @param counts n, [d]: how many runs hold each unit
   */
  static Moments of(
      int runs, int[] counts, double offset, double sum, double squares, double[] sums) {
    double distance = sum / runs;
    double variance = squares / runs - distance * distance;
    double mean = offset + distance;
    boolean constant = variance <= CONSTANT * mean * mean;
    double[] covariance = new double[sums.length];
    for (int j = 0; !constant && j < sums.length; j++) {
      // A unit that every run holds or none has covariance 0, not what rounding leaves.
      boolean varies = counts[j] > 0 && counts[j] < runs;
      covariance[j] = varies ? (sums[j] - counts[j] * distance) / runs : 0;
    }
    return new Moments(covariance, constant ? 0 : variance, mean);
  }

  /**
   * Returns the moments with which other runs have these ones' squared error, gradient and bias at
   * some weights.
   *
   * @param here the moments of X·w over these runs: Gw, wᵀGw and μᵀw
   * @param there those over the other runs
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
   * @param here the masks' counts of these runs
   * @param there those of the others
   */
  Moments plus(Moments other, Gram here, Gram there) {
    double share = (double) here.runs() / (here.runs() + there.runs());
    double rest = 1 - share;
    double between = mean - other.mean;
    double[] sum = new double[covariance.length];
    for (int j = 0; j < sum.length; j++) {
      // Within the two sets, and between their means (Chan, Golub and LeVeque 1983).
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
