package dev.whence.evaluate;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Statistics of one target over the subsets to which its datamodel applies.
 *
 * @param subsets indices of these subsets, [R]
 * @param values value of each statistic that the target has; correlations are missing where its
 *     outputs are constant
 * @param terms for each statistic the term of each subset, [R]. A term minus the mean of the terms
 *     is the influence of the subset on the statistic
 * @param ratio F = MSB/MSW of the outputs' analysis of variance; NaN with one model a subset
 * @param constant whether all predictions are equal
 */
record TargetScores(
    int[] subsets,
    Map<Statistic, Double> values,
    Map<Statistic, double[]> terms,
    double ratio,
    boolean constant) {

  /** Fewest subsets that must apply to a target for it to be scored. */
  static final int FEWEST = 3;

  /**
   * Returns the statistics of a target over R subsets. Subset r has the prediction p_r and K
   * outputs y, of mean ȳ_r and variance s_r² (K − 1 degrees of freedom):
   *
   * <ul>
   *   <li>mse = mean (y − p)²/2 and opt = mean s_r²/2 (eqs. 10 and 11);
   *   <li>variance = ((MSB − MSW)/K + MSW)/2, where MSW = mean s_r² and MSB = K·Σ(ȳ_r − ȳ)²/(R −
   *       1): ȳ_r varies by σ_s² + σ²/K over subsets, so this estimates (σ_s² + σ²)/2 without bias;
   *   <li>mse − opt = mean [(ȳ_r − p_r)² − s_r²/K]/2 and variance − opt = (MSB − MSW)/(2K).
   * </ul>
   *
   * @param small whether R is so small that the bias of rank correlations has to be removed
   */
  static TargetScores of(HeldOut heldOut, int t, boolean small) {
    int[] subsets = heldOut.subsetsOf(t);
    int n = subsets.length;
    int k = heldOut.times();
    double[] p = new double[n];
    double[] mean = new double[n];
    double[] variance = new double[n]; // s²
    double[] squares = new double[n]; // mean (y − p)²
    for (int i = 0; i < n; i++) {
      p[i] = heldOut.prediction(subsets[i], t);
      mean[i] = heldOut.mean(subsets[i], t);
      for (int r = 0; r < k; r++) {
        double y = heldOut.output(subsets[i], r, t);
        variance[i] += k > 1 ? square(y - mean[i]) / (k - 1) : 0;
        squares[i] += square(y - p[i]) / k;
      }
    }
    double grand = Arrays.stream(mean).average().orElse(Double.NaN);
    Map<Statistic, double[]> terms = new EnumMap<>(Statistic.class);
    double wider = n / (n - 1.0);
    double between = 0;
    double within = 0;
    double[][] q = new double[5][n];
    for (int i = 0; i < n; i++) {
      double s2 = variance[i];
      double d2 = square(mean[i] - grand) * wider;
      q[0][i] = squares[i] / 2;
      q[1][i] = s2 / 2;
      q[2][i] = (d2 + s2 * (k - 1) / k) / 2;
      q[3][i] = (square(mean[i] - p[i]) - s2 / k) / 2;
      q[4][i] = (d2 - s2 / k) / 2;
      between += d2 / n;
      within += s2 / n;
    }
    Map<Statistic, Double> values = new EnumMap<>(Statistic.class);
    for (int s = 0; s < q.length; s++) {
      terms.put(Statistic.values()[s], q[s]);
      values.put(Statistic.values()[s], Arrays.stream(q[s]).average().orElse(Double.NaN));
    }
    boolean constant = isConstant(p);
    if (!isConstant(mean)) {
      correlations(heldOut, t, subsets, constant ? new double[n] : p, mean, small, values, terms);
    }
    double ratio = k > 1 ? k * between / within : Double.NaN;
    return new TargetScores(subsets, values, terms, ratio, constant);
  }

  private static void correlations(
      HeldOut heldOut,
      int t,
      int[] subsets,
      double[] p,
      double[] mean,
      boolean small,
      Map<Statistic, Double> values,
      Map<Statistic, double[]> terms) {
    RankCorrelation lds = RankCorrelation.of(p, mean);
    lds = small ? lds.unbiased(p, mean) : lds;
    put(Statistic.LDS, lds.value(), lds.influence(), values, terms);
    double[] pseudo = Correlation.pseudoValues(p, mean);
    put(Statistic.PEARSON, Correlation.pearson0(p, mean), pseudo, values, terms);
    int k = heldOut.times();
    double single = 0;
    double[] influence = new double[p.length];
    int counted = 0;
    for (int r = 0; r < k; r++) {
      double[] y = new double[p.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = heldOut.output(subsets[i], r, t);
      }
      RankCorrelation one = k == 1 ? lds : RankCorrelation.of(p, y);
      if (!Double.isNaN(one.value())) {
        counted++;
        single += one.value();
        for (int i = 0; i < y.length; i++) {
          influence[i] += one.influence()[i];
        }
      }
    }
    if (counted > 0) {
      int of = counted;
      double[] averaged = Arrays.stream(influence).map(v -> v / of).toArray();
      put(Statistic.SINGLE, single / counted, averaged, values, terms);
    }
  }

  private static void put(
      Statistic statistic,
      double value,
      double[] influence,
      Map<Statistic, Double> values,
      Map<Statistic, double[]> terms) {
    values.put(statistic, value);
    terms.put(statistic, influence);
  }

  /**
   * Returns whether all values are equal, apart from rounding: to 1e-12 of the largest magnitude.
   */
  private static boolean isConstant(double[] values) {
    double low = Arrays.stream(values).min().orElse(0);
    double high = Arrays.stream(values).max().orElse(0);
    return high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  }

  private static double square(double x) {
    return x * x;
  }
}
