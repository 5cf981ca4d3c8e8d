package dev.whence.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.hipparchus.random.RandomDataGenerator;

/**
 * Distribution, over targets, of the strength λ of the subset's effect: the variance of E[f |
 * subset] divided by the variance of retraining noise. The mean of K models of a target has the
 * reliability q = Kλ/(1 + Kλ).
 *
 * <p>A target's F = MSB/MSW is (1 + Kλ) times an F-distributed number. The distribution of λ over a
 * grid that makes the targets' F likeliest (Kiefer and Wolfowitz 1956) is found by EM.
 *
 * @param weights probability of each value of {@link #GRID}
 */
record SignalMixture(double[] weights) {

  private static final int STEPS = 1000;
  private static final double CONVERGED = 1e-6;

  /** Weight of λ = 0 in the prior, as a fraction of the number of targets. */
  private static final double PRIOR = 0.005;

  /**
   * Largest loss of log-likelihood that {@link #withoutFaintSignals} accepts: that of half a
   * standard deviation.
   */
  private static final double FAINT = 0.125;

  /**
   * Largest number of F ratios from which the distribution is estimated; more are averaged in
   * groups.
   */
  static final int MOST_RATIOS = 250;

  /** Values of ln(1 + Kλ). */
  private static final double[] GRID = grid();

  /** F of a target, with its degrees of freedom between and within subsets. */
  record Ratio(double f, double between, double within) {}

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

  /**
   * Returns at most {@value #MOST_RATIOS} ratios: where there are more, the means over groups of
   * targets that are neighbours in the order of F.
   */
  static List<Ratio> condensed(List<Ratio> ratios) {
    int n = ratios.size();
    if (n <= MOST_RATIOS) {
      return ratios;
    }
    List<Ratio> sorted = ratios.stream().sorted(Comparator.comparingDouble(Ratio::f)).toList();
    List<Ratio> condensed = new ArrayList<>();
    for (int i = 0; i < MOST_RATIOS; i++) {
      List<Ratio> group = sorted.subList(i * n / MOST_RATIOS, (i + 1) * n / MOST_RATIOS);
      condensed.add(
          new Ratio(
              mean(group, Ratio::f), mean(group, Ratio::between), mean(group, Ratio::within)));
    }
    return condensed;
  }

  private static double mean(List<Ratio> group, ToDoubleFunction<Ratio> of) {
    return group.stream().mapToDouble(of).average().orElseThrow();
  }

  /** Returns the mean over targets of a function of the reliability q. */
  double mean(DoubleUnaryOperator of) {
    double sum = 0;
    for (int g = 0; g < GRID.length; g++) {
      sum += weights[g] * of.applyAsDouble(-Math.expm1(-GRID[g]));
    }
    return sum;
  }

  /**
   * Draws a new F for each target: first a λ from its distribution given the target's own F, then
   * an F given that λ.
   */
  List<Ratio> redrawn(List<Ratio> targets, RandomDataGenerator random) {
    double[][] likelihood = likelihood(targets);
    List<Ratio> drawn = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      Ratio target = targets.get(t);
      double u = random.nextDouble() * probability(likelihood[t], weights);
      int g = -1;
      while (g < GRID.length - 1 && u >= 0) {
        g++;
        u -= weights[g] * likelihood[t][g];
      }
      double between = random.nextGamma(target.between / 2, 2 / target.between);
      double within = random.nextGamma(target.within / 2, 2 / target.within);
      double f = Math.exp(GRID[Math.max(g, 0)]) * between / Math.max(within, 1e-12);
      drawn.add(new Ratio(f, target.between, target.within));
    }
    return drawn;
  }

  /**
   * Returns this distribution with its smallest λ set to 0: as many of them as lower the
   * log-likelihood of the targets' F by at most 0.125, half a standard deviation.
   *
   * <p>A mean of √q has no unbiased estimate near q = 0: of targets without a signal, half seem to
   * have a faint one.
   *
   * @param targets number of independent targets that {@code ratios} stand for
   */
  SignalMixture withoutFaintSignals(List<Ratio> ratios, double targets) {
    double[][] likelihood = likelihood(ratios);
    double most = logLikelihood(likelihood, weights);
    double[] least = weights.clone();
    for (int g = 1; g < GRID.length; g++) {
      double[] fewer = least.clone();
      fewer[0] += fewer[g];
      fewer[g] = 0;
      if (logLikelihood(likelihood, fewer) < most - FAINT * ratios.size() / targets) {
        break;
      }
      least = fewer;
    }
    return new SignalMixture(least);
  }

  private static double logLikelihood(double[][] likelihood, double[] weights) {
    double sum = 0;
    for (double[] row : likelihood) {
      sum += Math.log(probability(row, weights));
    }
    return sum;
  }

  private static double probability(double[] likelihood, double[] weights) {
    double sum = 0;
    for (int g = 0; g < weights.length; g++) {
      sum += weights[g] * likelihood[g];
    }
    return sum;
  }

  /** Returns the distribution of λ that makes the targets' F likeliest. */
  static SignalMixture of(List<Ratio> ratios) {
    double[][] likelihood = likelihood(ratios);
    double[] weights = new double[GRID.length];
    Arrays.fill(weights, 1.0 / weights.length);
    for (int step = 0; step < STEPS; step++) {
      double[] next = step(likelihood, weights, PRIOR);
      double change = 0;
      for (int g = 0; g < next.length; g++) {
        change = Math.max(change, Math.abs(next[g] - weights[g]));
      }
      weights = next;
      if (change < CONVERGED) {
        break;
      }
    }
    return new SignalMixture(step(likelihood, weights, 0));
  }

  /**
   * Returns the weights after a step of EM.
   *
   * @param prior weight of λ = 0 in the prior, as a fraction of the number of targets
   */
  private static double[] step(double[][] likelihood, double[] weights, double prior) {
    int n = likelihood.length;
    double[] next = new double[weights.length];
    next[0] = prior * n;
    for (double[] row : likelihood) {
      double sum = probability(row, weights);
      for (int g = 0; g < row.length; g++) {
        next[g] += weights[g] * row[g] / sum;
      }
    }
    for (int g = 0; g < next.length; g++) {
      next[g] /= n * (1 + prior);
    }
    return next;
  }

  /** Returns the likelihood of each target's F under each λ, divided by the largest: [n][grid]. */
  private static double[][] likelihood(List<Ratio> ratios) {
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
    return likelihood;
  }
}
