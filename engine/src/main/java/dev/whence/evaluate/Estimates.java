package dev.whence.evaluate;

import dev.whence.base.Parallel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Statistics of held-out runs, averaged over targets, with the influence of each subset on them.
 *
 * <p>The targets of a study are fixed, its subsets are random. An estimate changes from one draw of
 * subsets to the next because the subsets and their models change, and all targets share these. So
 * the influence of subset r is δ_r = (1/n)·Σ_t (q_rt − mean_r q_t)/R_t over the targets t to which
 * the subset applies. It includes noise that is common to targets, and Σ δ_r² estimates the
 * variance of the estimate.
 *
 * @param values value of each statistic
 * @param influence influence of each subset on each statistic, [R]
 * @param subsets mean number of subsets that apply to a target
 * @param scores statistics of each target that enough subsets apply to
 * @param constant number of targets whose predictions are constant, which count as correlation 0
 * @param leftOut number of targets without a correlation, for too few subsets or constant outputs
 */
record Estimates(
    Map<Statistic, Double> values,
    Map<Statistic, double[]> influence,
    double subsets,
    List<TargetScores> scores,
    int constant,
    int leftOut) {

  static Estimates of(HeldOut heldOut, boolean small, Parallel parallel) {
    TargetScores[] all = new TargetScores[heldOut.targets()];
    parallel.forEach(
        all.length,
        t -> {
          if (heldOut.subsetsOf(t).length >= TargetScores.FEWEST) {
            all[t] = TargetScores.of(heldOut, t, small);
          }
        });
    List<TargetScores> scores =
        IntStream.range(0, all.length).mapToObj(t -> all[t]).filter(s -> s != null).toList();
    Map<Statistic, Double> values = new EnumMap<>(Statistic.class);
    Map<Statistic, double[]> influence = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      if (statistic != Statistic.POOLED) {
        average(statistic, scores, heldOut.subsets(), values, influence);
      }
    }
    Pooled pooled = Pooled.of(heldOut, scores);
    values.put(Statistic.POOLED, pooled.value());
    influence.put(Statistic.POOLED, pooled.influence());
    int scored = (int) scores.stream().filter(s -> s.values().containsKey(Statistic.LDS)).count();
    return new Estimates(
        values,
        influence,
        scores.stream().mapToInt(s -> s.subsets().length).average().orElse(0),
        scores,
        (int)
            scores.stream()
                .filter(s -> s.constant() && s.values().containsKey(Statistic.LDS))
                .count(),
        heldOut.targets() - scored);
  }

  private static void average(
      Statistic statistic,
      List<TargetScores> scores,
      int subsets,
      Map<Statistic, Double> values,
      Map<Statistic, double[]> influence) {
    double sum = 0;
    int n = 0;
    double[] total = new double[subsets];
    for (TargetScores score : scores) {
      Double value = score.values().get(statistic);
      if (value == null) {
        continue;
      }
      n++;
      sum += value;
      double[] terms = java.util.Objects.requireNonNull(score.terms().get(statistic));
      double mean = java.util.Arrays.stream(terms).average().orElse(0);
      for (int i = 0; i < terms.length; i++) {
        total[score.subsets()[i]] += (terms[i] - mean) / terms.length;
      }
    }
    values.put(statistic, n == 0 ? Double.NaN : sum / n);
    for (int r = 0; r < subsets; r++) {
      total[r] = n == 0 ? Double.NaN : total[r] / n;
    }
    influence.put(statistic, total);
  }

  double value(Statistic statistic) {
    return java.util.Objects.requireNonNull(values.get(statistic));
  }

  double[] influence(Statistic statistic) {
    return java.util.Objects.requireNonNull(influence.get(statistic));
  }

  /**
   * Returns the covariance of two statistics: Σ δ_r·ε_r of their influences δ and ε, corrected for
   * the mean that is subtracted from influences and, where these are linear approximations, for the
   * terms that the approximation leaves out.
   */
  double covariance(Statistic a, Statistic b) {
    double[] x = influence(a);
    double[] y = influence(b);
    double sum = 0;
    for (int r = 0; r < x.length; r++) {
      sum += x[r] * y[r];
    }
    double m = Math.max(3, subsets);
    double correction =
        switch (a) {
          case PEARSON -> m / (m - 1);
          case POOLED -> m * m / ((m - 1) * (m - 2)) * m / (m - 1);
          default -> m / (m - 1) * m / (m - 2);
        };
    return sum * correction;
  }

  double error(Statistic statistic) {
    return Math.sqrt(covariance(statistic, statistic));
  }

  /** Returns a statistic with its 95% interval. */
  Interval interval(Statistic statistic) {
    double degrees = subsets - 1;
    return statistic.isCorrelation()
        ? Interval.ofCorrelation(value(statistic), error(statistic), degrees)
        : Interval.ofPositive(value(statistic), error(statistic), degrees);
  }
}
