package dev.whence.evaluate;

import org.hipparchus.stat.correlation.KendallsCorrelation;
import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/** Correlation coefficients; NaN where one side is constant, unless a method says otherwise. */
public final class Correlation {

  private static final NaturalRanking RANKING =
      new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);

  private Correlation() {}

  /** Deviations from the means, and the sums of their squares and products. */
  private record Sums(double[] dx, double[] dy, double xx, double yy, double xy) {

    static Sums of(double[] x, double[] y) {
      int n = x.length;
      double meanX = mean(x);
      double meanY = mean(y);
      double[] dx = new double[n];
      double[] dy = new double[n];
      double xx = 0;
      double yy = 0;
      double xy = 0;
      for (int i = 0; i < n; i++) {
        dx[i] = x[i] - meanX;
        dy[i] = y[i] - meanY;
        xx += dx[i] * dx[i];
        yy += dy[i] * dy[i];
        xy += dx[i] * dy[i];
      }
      return new Sums(dx, dy, xx, yy, xy);
    }
  }

  /** Returns Pearson's r. */
  public static double pearson(double[] x, double[] y) {
    Sums s = Sums.of(x, y);
    double scale = Math.sqrt(s.xx) * Math.sqrt(s.yy);
    return x.length > 1 && scale > 0 ? s.xy / scale : Double.NaN;
  }

  /** Returns Pearson's r, 0 where one side is constant. */
  static double pearson0(double[] x, double[] y) {
    double r = pearson(x, y);
    return Double.isNaN(r) ? 0 : Math.clamp(r, -1, 1);
  }

  /**
   * Returns the jackknife's pseudo-values of Pearson's r, less their mean; zeros where one side is
   * constant.
   */
  static double[] pseudoValues(double[] x, double[] y) {
    int n = x.length;
    double[] values = new double[n];
    Sums s = Sums.of(x, y);
    if (s.xx == 0 || s.yy == 0) {
      return values;
    }
    double c = n / (n - 1.0);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double xx = s.xx - c * s.dx[i] * s.dx[i];
      double yy = s.yy - c * s.dy[i] * s.dy[i];
      boolean varies = xx > 1e-12 * s.xx && yy > 1e-12 * s.yy;
      values[i] = varies ? (s.xy - c * s.dx[i] * s.dy[i]) / Math.sqrt(xx * yy) : 0;
      sum += values[i];
    }
    for (int i = 0; i < n; i++) {
      values[i] = -(n - 1) * (values[i] - sum / n);
    }
    return values;
  }

  /** Returns Spearman's ρ: Pearson's r of the ranks, ties ranked by their average. */
  public static double spearman(double[] x, double[] y) {
    return x.length < 2 ? Double.NaN : pearson(RANKING.rank(x), RANKING.rank(y));
  }

  /** Returns Kendall's τ_b, 0 where one side is constant. */
  static double kendall(double[] x, double[] y) {
    double tau = new KendallsCorrelation().correlation(x, y);
    return Double.isNaN(tau) ? 0 : tau;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
