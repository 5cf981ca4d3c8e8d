package dev.whence.evaluate;

import dev.whence.base.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.random.RandomDataGenerator;
import org.hipparchus.stat.descriptive.moment.StandardDeviation;
import org.jspecify.annotations.Nullable;

/**
 * The correlations that E[f | subset] itself, the best predictor there is, would reach.
 *
 * <p>Let λ be the variance of a target's E[f | subset] divided by the variance of retraining noise.
 * The mean of K models has the reliability q = Kλ/(1 + Kλ), and E[f | subset] correlates with that
 * mean by √q, from which Spearman's correlation follows for outputs that are about normal. The
 * average of a correlation over targets is not its value at the average λ, so the distribution of λ
 * over targets is estimated ({@link SignalMixture}).
 *
 * <p>The standard error is the larger of two: that of a jackknife which leaves out groups of
 * subsets (this error includes noise common to targets, but varies much with few targets), and that
 * of F ratios redrawn from the estimated distribution, independently for each target. The lower end
 * of the interval starts from the estimate in which faint signals are 0 ({@link
 * SignalMixture#withoutFaintSignals}). That estimate assumes fewer independent targets where the
 * first error is larger: their number is divided by the squared ratio of the two errors.
 *
 * @param mean ceiling of Spearman's correlation with the mean of a subset's models; null where no
 *     effect of the subset is found
 * @param single ceiling of Spearman's correlation with a single model; null where {@code mean} is
 *     null
 */
record Ceilings(@Nullable Interval mean, @Nullable Interval single) {

  static final Ceilings NONE = new Ceilings(null, null);

  private static final int MOST_TARGETS = 10_000;
  private static final int MOST_GROUPS = 20;
  private static final int REDRAWN = 20;
  private static final double LARGEST_RATIO = 1e12;

  /**
   * An estimate from some subsets.
   *
   * @param ratios F ratios of the targets; at most {@value SignalMixture#MOST_RATIOS}, more are
   *     averaged in groups of targets with similar F
   * @param targets number of targets that have an F ratio
   * @param reliability mean over targets of the unbiased estimate of q, 1 minus a multiple of 1/F;
   *     it may be below 0 where there is no signal
   */
  private record Point(
      SignalMixture mixture, List<SignalMixture.Ratio> ratios, int targets, double reliability) {}

  static Ceilings of(HeldOut heldOut, Parallel parallel) {
    int groups = Math.min(MOST_GROUPS, heldOut.subsets() / 2);
    int step = Math.ceilDiv(heldOut.targets(), MOST_TARGETS);
    int[] targets = IntStream.iterate(0, t -> t < heldOut.targets(), t -> t + step).toArray();
    if (heldOut.times() < 2 || groups < 2) {
      return NONE;
    }
    Point[] points = new Point[groups + 1]; // the last point uses all subsets
    parallel.forEach(
        points.length, g -> points[g] = point(heldOut, targets, g < groups ? groups : 0, g));
    Point whole = points[groups];
    List<Point> parts = List.of(points).subList(0, groups);
    double t = new TDistribution(groups - 1).inverseCumulativeProbability(0.95);
    double spread = error(parts.stream().mapToDouble(Point::reliability).toArray());
    if (!(whole.reliability > t * spread)) {
      return NONE;
    }
    double n = whole.ratios.stream().mapToDouble(r -> r.between() + 1).average().orElseThrow();
    int k = heldOut.times();
    Uncertain mixture = Uncertain.of(whole, parts, parallel);
    return new Ceilings(
        mixture.mean(q -> spearman(q, n)), mixture.mean(q -> spearman(q / (q + k * (1 - q)), n)));
  }

  /**
   * An estimate, with the further estimates from which its uncertainty is computed.
   *
   * @param parts estimates that leave out one group of subsets each
   * @param redrawn estimates from redrawn F ratios
   * @param share factor from the standard deviation of the redrawn means, over groups of targets,
   *     to the standard error of a mean over all targets
   */
  private record Uncertain(
      Point whole, List<SignalMixture> parts, List<SignalMixture> redrawn, double share) {

    static Uncertain of(Point whole, List<Point> parts, Parallel parallel) {
      SignalMixture mixture = whole.mixture;
      double share = Math.sqrt((double) whole.ratios.size() / whole.targets);
      SignalMixture[] redrawn = new SignalMixture[REDRAWN];
      parallel.forEach(
          REDRAWN,
          i ->
              redrawn[i] =
                  SignalMixture.of(mixture.redrawn(whole.ratios, new RandomDataGenerator(i + 1L))));
      return new Uncertain(
          whole, parts.stream().map(Point::mixture).toList(), List.of(redrawn), share);
    }

    Interval mean(DoubleUnaryOperator of) {
      double value = whole.mixture.mean(of);
      double jackknife = error(parts.stream().mapToDouble(m -> m.mean(of)).toArray());
      double[] means = redrawn.stream().mapToDouble(m -> m.mean(of)).toArray();
      double drawn = share * new StandardDeviation().evaluate(means);
      double error = Math.max(jackknife, drawn);
      double common = drawn > 0 ? Math.pow(error / drawn, 2) : 1;
      SignalMixture least = whole.mixture.withoutFaintSignals(whole.ratios, whole.targets / common);
      double low = around(least.mean(of), error).low();
      double high = around(value, error).high();
      return new Interval(
          value, Math.min(value, Math.max(0, low)), Math.max(value, Math.min(1, high)));
    }

    private Interval around(double value, double error) {
      return Interval.ofCorrelation(
          Math.clamp(value, 0.01, 0.99), error, parts.size() + redrawn.size() - 2.0);
    }
  }

  /** Returns the jackknife's standard error, from estimates that leave out one group each. */
  private static double error(double[] without) {
    double mean =
        IntStream.range(0, without.length).mapToDouble(g -> without[g]).average().orElse(0);
    double sum = 0;
    for (double value : without) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum * (without.length - 1) / without.length);
  }

  /**
   * Estimates from the subsets whose index modulo {@code groups} is not {@code group}; from all
   * subsets where {@code groups} is 0.
   */
  private static Point point(HeldOut heldOut, int[] targets, int groups, int group) {
    List<SignalMixture.Ratio> ratios = new ArrayList<>();
    for (int t : targets) {
      int[] subsets =
          IntStream.of(heldOut.subsetsOf(t))
              .filter(r -> groups == 0 || r % groups != group)
              .toArray();
      if (subsets.length >= TargetScores.FEWEST) {
        SignalMixture.Ratio ratio = ratio(heldOut, t, subsets);
        if (ratio != null) {
          ratios.add(ratio);
        }
      }
    }
    double reliability =
        ratios.stream()
            .mapToDouble(r -> 1 - (r.between() - 2) / r.between() / r.f())
            .average()
            .orElse(0);
    List<SignalMixture.Ratio> condensed = SignalMixture.condensed(ratios);
    return new Point(SignalMixture.of(condensed), condensed, ratios.size(), reliability);
  }

  /**
   * Returns the expected Spearman's correlation of {@code n} pairs of normal numbers whose
   * correlation is √q (Moran 1948, Biometrika 35, equation 5).
   *
   * @param reliability q
   */
  private static double spearman(double reliability, double n) {
    double r = Math.sqrt(reliability);
    return 6 / (Math.PI * (n + 1)) * (Math.asin(r) + (n - 2) * Math.asin(r / 2));
  }

  private static SignalMixture.@Nullable Ratio ratio(HeldOut heldOut, int t, int[] subsets) {
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
    return new SignalMixture.Ratio(Math.max(f, 1e-12), n - 1.0, (double) n * (k - 1));
  }
}
