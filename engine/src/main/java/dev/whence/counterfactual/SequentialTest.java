package dev.whence.counterfactual;

import org.hipparchus.distribution.continuous.TDistribution;

/**
 * A test that the mean output of models is below 0, looked at again and again as models are added:
 * one-sided t tests whose error rates sum to a given rate. The rate holds over all looks, of all
 * attempts at other sizes: attempt a (1, 2, …) may spend rate/2ᵃ, shared by its looks in equal
 * parts.
 */
final class SequentialTest {

  /** Numbers of models at which a test looks. */
  private static final int[] LOOKS = {4, 6, 9, 14, 20};

  /** Largest number of models of an attempt. */
  static final int MOST = LOOKS[LOOKS.length - 1];

  /** Least variance of an output that is believed, as a part of the usual variance. */
  private static final double LEAST = 0.5;

  private final double rate;
  private final double usual;

  /**
   * @param rate probability that a mean of 0 or above is ever called negative
   * @param usual variance of the output over models of the whole of S; a few models that happen to
   *     agree are not believed to vary less than half as much
   */
  SequentialTest(double rate, double usual) {
    this.rate = rate;
    this.usual = usual;
  }

  private double error(Sample sample) {
    return Math.sqrt(Math.max(sample.variance(), LEAST * usual) / sample.models());
  }

  /** Returns the number of models at the next look after {@code models} models. */
  static int next(int models) {
    for (int look : LOOKS) {
      if (look > models) {
        return look;
      }
    }
    return -1;
  }

  /**
   * Returns whether the mean is negative for sure, at a look.
   *
   * @param attempt number of the attempt, from 1
   */
  boolean negative(Sample sample, int attempt) {
    double spent = rate / Math.pow(2, attempt) / LOOKS.length;
    double bound = quantile(sample.models(), 1 - spent);
    return sample.mean() + bound * error(sample) < 0;
  }

  /** Returns whether the mean is positive, at the level of an attempt's look. */
  boolean hopeless(Sample sample, int attempt) {
    double spent = rate / Math.pow(2, attempt) / LOOKS.length;
    double bound = quantile(sample.models(), 1 - Math.max(spent, HOPELESS));
    return sample.mean() - bound * error(sample) > 0;
  }

  /** Level of the test that gives a size up; it costs supports, not errors. */
  private static final double HOPELESS = 0.1;

  private static double quantile(int models, double p) {
    return new TDistribution(models - 1).inverseCumulativeProbability(p);
  }
}
