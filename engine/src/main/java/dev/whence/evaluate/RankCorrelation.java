package dev.whence.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Spearman's ρ of n pairs with the influence of each pair on it.
 *
 * <p>Let r and s be the midranks, f = (r − (n+1)/2)/n, and g the same of s. Then ρ = A/√(BC) with A
 * = mean(fg), B = mean(f²), C = mean(g²). A, B and C are V-statistics: pair i enters each by its
 * own term and by the ranks of all pairs above pair i. With up(r, v)ᵢ = (1/n)·Σⱼ [rⱼ &gt; rᵢ]·vⱼ
 * (ties count half) the influences on A and B are a = fg + up(r, g) + up(s, f) − 3A and b = f² +
 * 2·up(r, f) − 3B, the influence c on C is the same of s and g, and that on ρ is a/√(BC) −
 * (ρ/2)(b/B + c/C). The sum of the squared influences over n(n − 1) estimates the variance of ρ,
 * including the effect of ranks that move. The estimate agrees with the delete-one jackknife
 * (tested).
 *
 * @param value ρ; 0 where the first variable is constant; NaN where the second is
 * @param influence influence of each pair on ρ, [n], of mean 0
 */
record RankCorrelation(double value, double[] influence) {

  /** Largest n for which {@link #unbiased} computes Kendall's τ; above it τ = 2ρ/3 is assumed. */
  private static final int FEW = 400;

  static RankCorrelation of(double[] x, double[] y) {
    int n = x.length;
    Ranks r = Ranks.of(x);
    Ranks s = Ranks.of(y);
    double[] f = r.centred();
    double[] g = s.centred();
    double bb = mean(f, f);
    double cc = mean(g, g);
    double[] influence = new double[n];
    if (cc == 0 || bb == 0) {
      return new RankCorrelation(cc == 0 ? Double.NaN : 0, influence);
    }
    double aa = mean(f, g);
    double scale = Math.sqrt(bb * cc);
    double rho = aa / scale;
    double[] fromX = r.up(g);
    double[] fromY = s.up(f);
    double[] ofX = r.up(f);
    double[] ofY = s.up(g);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double a = f[i] * g[i] + fromX[i] + fromY[i] - 3 * aa;
      double b = f[i] * f[i] + 2 * ofX[i] - 3 * bb;
      double c = g[i] * g[i] + 2 * ofY[i] - 3 * cc;
      influence[i] = a / scale - rho / 2 * (b / bb + c / cc);
      sum += influence[i];
    }
    for (int i = 0; i < n; i++) {
      influence[i] -= sum / n;
    }
    return new RankCorrelation(rho, influence);
  }

  /**
   * Returns this correlation without its bias. The expected ρ of n pairs is ((n − 2)·ρ + 3τ)/(n +
   * 1) of the ρ and τ of the population (Kendall 1948): several percent below ρ for folds of some
   * tens of runs.
   */
  RankCorrelation unbiased(double[] x, double[] y) {
    int n = x.length;
    double unbiased =
        n > FEW || n < 3
            ? value * (n + 1) / n
            : ((n + 1) * value - 3 * Correlation.kendall(x, y)) / (n - 2);
    double factor = (n + 1.0) / n;
    return new RankCorrelation(
        Math.clamp(unbiased, -1, 1), Arrays.stream(influence).map(i -> i * factor).toArray());
  }

  private static double mean(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum / x.length;
  }

  /**
   * Ranks of some values.
   *
   * @param order indices of the values, in increasing order of value
   * @param rank rank of each value, from 1; tied values have their average rank
   */
  private record Ranks(int[] order, double[] rank) {

    static Ranks of(double[] values) {
      int n = values.length;
      int[] order =
          IntStream.range(0, n)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> values[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] rank = new double[n];
      for (int from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && values[order[to]] == values[order[from]]; to++) {}
        for (int k = from; k < to; k++) {
          rank[order[k]] = (from + to - 1) / 2.0 + 1;
        }
      }
      return new Ranks(order, rank);
    }

    /** Returns (rank − (n + 1)/2)/n. */
    double[] centred() {
      int n = rank.length;
      return Arrays.stream(rank).map(r -> (r - (n + 1) / 2.0) / n).toArray();
    }

    /**
     * Returns for each i (1/n)·Σⱼ [rⱼ &gt; rᵢ]·vⱼ, the sum of v over higher ranks; ties count half.
     */
    double[] up(double[] v) {
      int n = rank.length;
      double[] up = new double[n];
      double above = 0;
      for (int to = n, from; to > 0; to = from) {
        double tied = 0;
        for (from = to; from > 0 && rank[order[from - 1]] == rank[order[to - 1]]; from--) {
          tied += v[order[from - 1]];
        }
        for (int k = from; k < to; k++) {
          up[order[k]] = (above + tied / 2) / n;
        }
        above += tied;
      }
      return up;
    }
  }
}
