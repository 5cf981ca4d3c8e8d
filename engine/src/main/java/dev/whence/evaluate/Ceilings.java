package dev.whence.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * What E[f | subset] itself, the best predictor there is, would score.
 *
 * <p>Of a target whose outputs vary by λ times the retraining noise, the mean of K models has the
 * reliability q = Kλ/(1 + Kλ), E[f | subset] correlates with it by √q, and for outputs that are
 * about normal Spearman's ρ is (6/π)·asin(√q/2). The mean of that over targets is not the value at
 * the mean λ, so λ's distribution is estimated: F = MSB/MSW is (1 + Kλ) times an F-distributed
 * number, and the distribution of λ over a grid that makes the targets' F likeliest (Kiefer and
 * Wolfowitz 1956) is found by EM. Intervals come from a jackknife that leaves out groups of
 * subsets.
 *
 * @param mean of Spearman with the mean of a subset's models; null where no effect of the subset is
 *     found
 * @param single of Spearman with a single model
 */
record Ceilings(@Nullable Interval mean, @Nullable Interval single) {

  private static final int MOST_TARGETS = 2000;
  private static final int MOST_GROUPS = 20;
  private static final int STEPS = 200;
  private static final double CONVERGED = 1e-5;

  /** Weight of λ = 0 in the prior, as a part of the number of targets. */
  private static final double PRIOR = 0.005;

  private static final double LARGEST_RATIO = 1e12;
  private static final double[] GRID = grid();

  /** Values of ln(1 + Kλ). */
  private static double[] grid() {
    List<Double> grid = new ArrayList<>(List.of(0.0));
    for (int i = 2; i <= 40; i++) {
      grid.add(0.05 * i);
    }
    for (int i = 21; i <= 65; i++) {
      grid.add(0.1 * i);
    }
    grid.addAll(List.of(7.0, 8.0, 10.0, 14.0, 20.0, 30.0));
    return grid.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** F of a target, with its degrees of freedom. */
  private record Ratio(double f, double between, double within) {}

  /** What is estimated: both ceilings, and the unbiased mean reliability. */
  private record Point(double mean, double single, double reliability) {}

  static Ceilings of(HeldOut heldOut) {
    int groups = Math.min(MOST_GROUPS, heldOut.subsets() / 2);
    int step = Math.ceilDiv(heldOut.targets(), MOST_TARGETS);
    int[] targets = IntStream.iterate(0, t -> t < heldOut.targets(), t -> t + step).toArray();
    if (heldOut.times() < 2 || groups < 2) {
      return new Ceilings(null, null);
    }
    Point whole = point(heldOut, targets, 0, -1);
    List<Point> parts = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      parts.add(point(heldOut, targets, groups, g));
    }
    double t = new TDistribution(groups - 1).inverseCumulativeProbability(0.95);
    double spread = error(parts.stream().mapToDouble(Point::reliability).toArray());
    if (!(whole.reliability > t * spread)) {
      return new Ceilings(null, null);
    }
    return new Ceilings(
        interval(whole.mean, parts.stream().mapToDouble(Point::mean).toArray()),
        interval(whole.single, parts.stream().mapToDouble(Point::single).toArray()));
  }

  /** Returns the jackknife's standard error of what is left without each group. */
  private static double error(double[] without) {
    double mean =
        IntStream.range(0, without.length).mapToDouble(g -> without[g]).average().orElse(0);
    double sum = 0;
    for (double value : without) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum * (without.length - 1) / without.length);
  }

  private static Interval interval(double value, double[] without) {
    double inside = Math.clamp(value, 0.01, 0.99);
    double error = error(without);
    Interval on = Interval.ofCorrelation(inside, error, without.length - 1.0);
    return new Interval(
        value, Math.min(value, Math.max(0, on.low())), Math.max(value, Math.min(1, on.high())));
  }

  /** Estimates from all subsets but those whose index is {@code group} modulo {@code groups}. */
  private static Point point(HeldOut heldOut, int[] targets, int groups, int group) {
    List<Ratio> ratios = new ArrayList<>();
    for (int t : targets) {
      int[] subsets =
          IntStream.of(heldOut.subsetsOf(t))
              .filter(r -> groups == 0 || r % groups != group)
              .toArray();
      if (subsets.length >= TargetScores.FEWEST) {
        Ratio ratio = ratio(heldOut, t, subsets);
        if (ratio != null) {
          ratios.add(ratio);
        }
      }
    }
    double[] weights = distribution(ratios);
    int k = heldOut.times();
    double mean = 0;
    double single = 0;
    for (int g = 0; g < GRID.length; g++) {
      double q = -Math.expm1(-GRID[g]);
      mean += weights[g] * spearman(q);
      single += weights[g] * spearman(q / (q + k * (1 - q)));
    }
    double reliability =
        ratios.stream().mapToDouble(r -> 1 - (r.between - 2) / r.between / r.f).average().orElse(0);
    return new Point(mean, single, reliability);
  }

  private static double spearman(double reliability) {
    return 6 / Math.PI * Math.asin(Math.sqrt(reliability) / 2);
  }

  private static @Nullable Ratio ratio(HeldOut heldOut, int t, int[] subsets) {
    int n = subsets.length;
    int k = heldOut.times();
    double[] means = new double[n];
    double within = 0;
    double grand = 0;
    for (int i = 0; i < n; i++) {
      means[i] = heldOut.mean(subsets[i], t);
      grand += means[i] / n;
      for (int r = 0; r < k; r++) {
        double e = heldOut.output(subsets[i], r, t) - means[i];
        within += e * e / ((double) n * (k - 1));
      }
    }
    double between = 0;
    for (double mean : means) {
      between += k * (mean - grand) * (mean - grand) / (n - 1);
    }
    if (between == 0) {
      return null;
    }
    double f = Math.min(LARGEST_RATIO, between / within);
    return new Ratio(Math.max(f, 1e-12), n - 1.0, (double) n * (k - 1));
  }

  /** Returns the likeliest weights of the grid's values. */
  private static double[] distribution(List<Ratio> ratios) {
    int n = ratios.size();
    double[][] likelihood = new double[n][GRID.length];
    for (int i = 0; i < n; i++) {
      Ratio ratio = ratios.get(i);
      double most = Double.NEGATIVE_INFINITY;
      for (int g = 0; g < GRID.length; g++) {
        double h = ratio.f * Math.exp(-GRID[g]);
        likelihood[i][g] =
            ratio.between / 2 * Math.log(h)
                - (ratio.between + ratio.within) / 2 * Math.log1p(ratio.between / ratio.within * h);
        most = Math.max(most, likelihood[i][g]);
      }
      for (int g = 0; g < GRID.length; g++) {
        likelihood[i][g] = Math.exp(likelihood[i][g] - most);
      }
    }
    double[] weights = new double[GRID.length];
    java.util.Arrays.fill(weights, 1.0 / weights.length);
    for (int step = 0; step < STEPS; step++) {
      double[] next = new double[weights.length];
      next[0] = PRIOR * n;
      for (double[] row : likelihood) {
        double sum = 0;
        for (int g = 0; g < row.length; g++) {
          sum += weights[g] * row[g];
        }
        for (int g = 0; g < row.length; g++) {
          next[g] += weights[g] * row[g] / sum;
        }
      }
      double change = 0;
      for (int g = 0; g < next.length; g++) {
        next[g] /= n * (1 + PRIOR);
        change = Math.max(change, Math.abs(next[g] - weights[g]));
      }
      weights = next;
      if (change < CONVERGED) {
        break;
      }
    }
    return weights;
  }
}
