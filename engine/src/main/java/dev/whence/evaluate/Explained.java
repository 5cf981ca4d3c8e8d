package dev.whence.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * The share of the outputs' variance over subsets that predictions explain: 1 − N/D, where N = mse
 * − opt is the unexplained part and D = variance − opt the effect of the choice of data, with
 * Fieller's interval for a ratio.
 *
 * @param share the estimate; null where D cannot be told from 0
 * @param runsNeeded number of models that would narrow the interval of the share to about ±10
 *     points, given this study's noise and signal; 0 where its models suffice
 */
public record Explained(@Nullable Interval share, long runsNeeded) {

  /**
   * Largest t²·var(D)/D² at which the share is estimated: D is then at least 2t standard errors
   * above 0.
   */
  private static final double CLEAR = 0.25;

  private static final double TEN_POINTS = 0.1;
  private static final double NORMAL = 1.96;
  private static final int MOST_TIMES = 64;

  static Explained of(Estimates estimates, int subsets, int times) {
    double n = estimates.value(Statistic.UNEXPLAINED);
    double d = estimates.value(Statistic.EXPLAINABLE);
    double vn = estimates.covariance(Statistic.UNEXPLAINED, Statistic.UNEXPLAINED);
    double vd = estimates.covariance(Statistic.EXPLAINABLE, Statistic.EXPLAINABLE);
    double vnd = estimates.covariance(Statistic.UNEXPLAINED, Statistic.EXPLAINABLE);
    double t = Interval.t(estimates.subsets() - 1);
    boolean estimable = d > 0 && t * t * vd <= CLEAR * d * d;
    Interval share = null;
    if (estimable) {
      double a = d * d - t * t * vd;
      double b = n * d - t * t * vnd;
      double c = n * n - t * t * vn;
      double q = Math.sqrt(Math.max(0, b * b - a * c));
      share = new Interval(1 - n / d, 1 - (b + q) / a, 1 - (b - q) / a);
    }
    double ratio = Math.clamp(n / d, 0, 1);
    double variance = vn - 2 * ratio * vnd + ratio * ratio * vd;
    double half = NORMAL * Math.sqrt(Math.max(0, variance)) / Math.abs(d);
    if (estimable && half <= TEN_POINTS) {
      return new Explained(share, 0);
    }
    // Where D cannot be told from 0, its largest plausible value bounds the models from below.
    double effect = estimable ? d : Math.max(d, 0) + t * Math.sqrt(vd);
    return new Explained(share, needed(estimates, effect, variance, subsets, times));
  }

  /**
   * Returns the fewest models that suffice: subsets times K, the models of a subset. The variance
   * over subsets is that of N − θD with θ = N/D; its part from retraining noise falls as K grows.
   */
  private static long needed(
      Estimates estimates, double effect, double variance, int subsets, int times) {
    double perSubset = variance * subsets;
    double opt = estimates.value(Statistic.OPT);
    double spread = estimates.value(Statistic.VARIANCE);
    // The variance of a squared mean of K models is proportional to (signal + noise/K)².
    double signal = Math.max(0, spread - opt);
    double now = (signal + opt / times) * (signal + opt / times);
    long best = Long.MAX_VALUE;
    for (int k = Math.max(2, times); k <= MOST_TIMES; k *= 2) {
      double then = (signal + opt / k) * (signal + opt / k);
      double needed =
          Math.pow(NORMAL / TEN_POINTS, 2)
              * perSubset
              * (now > 0 ? then / now : 1)
              / (effect * effect);
      best = Math.min(best, (long) Math.ceil(Math.max(needed, 3)) * k);
    }
    return best;
  }
}
