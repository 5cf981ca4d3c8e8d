package dev.whence.evaluate;

import dev.whence.base.Purpose;
import dev.whence.design.Mask;
import dev.whence.design.UniformSubsets;
import dev.whence.regress.statistics.Runs;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Held-out runs of known signal and noise. */
final class Simulated {

  private Simulated() {}

  /**
   * What E[f | subset] varies by, for each target in turn, where retraining noise has variance 1.
   */
  static double[] signals(String name, int targets) {
    double[] of =
        switch (name) {
          case "none" -> new double[] {0};
          case "weak" -> new double[] {0.25};
          case "strong" -> new double[] {3};
          case "mixed" -> new double[] {0, 0, 0.25, 1, 5};
          default -> throw new IllegalArgumentException(name);
        };
    return IntStream.range(0, targets).mapToDouble(t -> of[t % of.length]).toArray();
  }

  /**
   * Returns runs on R subsets, K each.
   *
   * @param signals variance of E[f | subset], for each target
   * @param common correlation of the noise of two targets in one run
   * @param skill correlation of predictions with E[f | subset]; of a target without signal they are
   *     noise
   */
  static HeldOut heldOut(
      int subsets, int times, double[] signals, double common, double skill, Random random) {
    int n = signals.length;
    float[] outputs = new float[subsets * times * n];
    double[] predictions = new double[subsets * n];
    boolean[] applies = new boolean[subsets * n];
    Arrays.fill(applies, true);
    double[] truth = new double[subsets * n];
    for (int i = 0; i < truth.length; i++) {
      double s = random.nextGaussian();
      truth[i] = Math.sqrt(signals[i % n]) * s;
      double scale = signals[i % n] == 0 ? 1 : Math.sqrt(signals[i % n]);
      predictions[i] = scale * (skill * s + Math.sqrt(1 - skill * skill) * random.nextGaussian());
    }
    for (int run = 0; run < subsets * times; run++) {
      double shared = random.nextGaussian();
      for (int t = 0; t < n; t++) {
        double noise = Math.sqrt(common) * shared + Math.sqrt(1 - common) * random.nextGaussian();
        outputs[run * n + t] = (float) (truth[run / times * n + t] + noise);
      }
    }
    return new HeldOut(subsets, times, n, outputs, predictions, applies);
  }

  /** Returns predictions that are E[f | subset] itself. */
  static HeldOut perfect(int subsets, int times, double[] signals, Random random) {
    int n = signals.length;
    double[] truth = new double[subsets * n];
    float[] outputs = new float[subsets * times * n];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = Math.sqrt(signals[i % n]) * random.nextGaussian();
      for (int k = 0; k < times; k++) {
        outputs[(i / n * times + k) * n + i % n] = (float) (truth[i] + random.nextGaussian());
      }
    }
    boolean[] applies = new boolean[truth.length];
    Arrays.fill(applies, true);
    return new HeldOut(subsets, times, n, outputs, truth, applies);
  }

  /** Returns a pool of one model a subset: a few units matter, by {@code signals}. */
  static Runs pool(int runs, int units, double[] signals, double common, Random random) {
    int n = signals.length;
    UniformSubsets design = new UniformSubsets(units, 0.5);
    long seed = random.nextLong();
    byte[] masks = new byte[runs * Mask.bytes(units)];
    float[] outputs = new float[runs * n];
    for (int i = 0; i < runs; i++) {
      Mask mask = design.mask(seed, Purpose.SUBSET, i);
      System.arraycopy(mask.bytes(), 0, masks, i * Mask.bytes(units), Mask.bytes(units));
      double shared = random.nextGaussian();
      for (int t = 0; t < n; t++) {
        double y = Math.sqrt(common) * shared + Math.sqrt(1 - common) * random.nextGaussian();
        for (int k = 0; k < 3; k++) { // three units of the target's own
          boolean held = mask.holds((3 * t + k) % units);
          y += Math.sqrt(4 * signals[t] / 3) * (held ? 0.5 : -0.5);
        }
        outputs[i * n + t] = (float) y;
      }
    }
    return new Runs(runs, units, n, masks, outputs);
  }

  /**
   * Returns the mean over targets of what E[f | subset] scores: the mean of Spearman's ρ with the
   * mean of K models, of R pairs ((R − 2)ρ + 3τ)/(R + 1).
   */
  static double ceiling(double[] signals, int times, int subsets) {
    return Arrays.stream(signals)
        .map(
            v -> {
              double r = Math.sqrt(v / (v + 1.0 / times));
              double rho = 6 / Math.PI * Math.asin(r / 2);
              double tau = 2 / Math.PI * Math.asin(r);
              return ((subsets - 2) * rho + 3 * tau) / (subsets + 1);
            })
        .average()
        .orElse(0);
  }

  /** Returns the share of the explainable that the predictions of {@link #heldOut} explain. */
  static double explained(double[] signals, double skill) {
    double left = Arrays.stream(signals).map(v -> v == 0 ? 1 : 2 * (1 - skill) * v).sum();
    return 1 - left / Arrays.stream(signals).sum();
  }

  /** A statistic over many draws. */
  static final class Draws {
    private final List<Interval> intervals = new java.util.ArrayList<>();
    private int missing;

    void add(@org.jspecify.annotations.Nullable Interval interval) {
      if (interval == null) {
        missing++;
      } else {
        intervals.add(interval);
      }
    }

    int missing() {
      return missing;
    }

    int size() {
      return intervals.size();
    }

    double mean() {
      return intervals.stream().mapToDouble(Interval::value).average().orElse(Double.NaN);
    }

    /** Returns the part of the intervals that hold {@code truth}. */
    double coverage(double truth) {
      return intervals.stream().filter(i -> i.low() <= truth && truth <= i.high()).count()
          / (double) intervals.size();
    }

    /** Returns the median width over that which the estimate's spread over draws needs. */
    double width() {
      double mean = mean();
      double variance =
          intervals.stream().mapToDouble(i -> Math.pow(i.value() - mean, 2)).sum()
              / (intervals.size() - 1);
      double[] widths = intervals.stream().mapToDouble(i -> i.high() - i.low()).sorted().toArray();
      return Interval.quantile(widths, 0.5) / (2 * 1.96 * Math.sqrt(variance));
    }
  }
}
