package dev.whence.evaluate;

import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/** Correlation coefficients; NaN where one side is constant. */
public final class Correlation {

  private static final NaturalRanking RANKING =
      new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);

  private Correlation() {}

  /** Returns Pearson's r. */
  public static double pearson(double[] x, double[] y) {
    int n = x.length;
    double meanX = mean(x);
    double meanY = mean(y);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < n; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xy += dx * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
    double scale = Math.sqrt(xx) * Math.sqrt(yy);
    return n > 1 && scale > 0 ? xy / scale : Double.NaN;
  }

  /** Returns Spearman's ρ: Pearson's r of the ranks, ties ranked by their average. */
  public static double spearman(double[] x, double[] y) {
    return x.length < 2 ? Double.NaN : pearson(RANKING.rank(x), RANKING.rank(y));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
