package dev.whence.regress.solve;

import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path's errors on the validation runs, by which it ends and λ is chosen.
 *
 * <p>While the path is followed they are estimated, from the diagonal of the validation runs' G.
 * When it seems at its end, their counts of the variables that entered are gathered, once for all
 * its λ; the exact errors say whether it is, and what they say is all that is recorded.
 */
final class PathValidation {

  private final HeldOutError error;
  private final RegularizationPath.Recorder recorder;
  private final int patience;
  private final int units;

  /** Estimates of the errors, by λ. */
  private final double[] rough;

  /** Points of the path; the first {@code recorded} of them have their exact validation error. */
  private final List<Points> path = new ArrayList<>();

  private int recorded;

  /** Where the best of the recorded λ is. */
  private @Nullable Points chosen;

  private int chosenSet;

  /**
   * Up to five λ of a path.
   *
   * @param n the number of variables
   * @param weights [n, 5]
   * @param biases [5]
   * @param gaps duality gaps on the training runs
   * @param errors mean squared errors on the training runs
   * @param sizes how many weights are not 0
   */
  record Points(
      int n, float[] weights, double[] biases, double[] gaps, double[] errors, int[] sizes) {}

  /**
   * @param patience the path ends when the error has not improved for so many λ; 0 runs it whole
   */
  PathValidation(Statistics validation, int t, double[] lambdas, int patience, SubGram.Tiles free) {
    error = new HeldOutError(validation.gram(), validation.moments().get(t), free);
    recorder = new RegularizationPath.Recorder(lambdas, patience);
    this.patience = patience;
    units = validation.gram().units();
    rough = new double[lambdas.length];
  }

  /** Estimates the errors of some points, the first of which is λ number {@code at}. */
  void estimate(int at, Points points, int[] variables) {
    double[] estimates = error.rough(variables, points.n, points.weights, points.biases);
    System.arraycopy(estimates, 0, rough, at, points.gaps.length);
  }

  /** Returns whether, by the estimates before λ number {@code at}, the path is at its end. */
  boolean seemsOver(int at) {
    return patience > 0 && sinceBest(at) >= patience;
  }

  /** Returns how many λ from number {@code at} on, at most {@code most}, to solve together. */
  int together(int at, int most) {
    int since = sinceBest(at);
    return patience > since && since > 0 ? Math.min(most, patience - since) : most;
  }

  /** Returns how many λ before {@code at} the smallest estimate is. */
  private int sinceBest(int at) {
    int best = 0;
    for (int k = 1; k < at; k++) {
      best = rough[k] < rough[best] ? k : best;
    }
    return Math.max(0, at - 1 - best);
  }

  /** Adds the next points of the path. */
  void add(List<Points> points) {
    path.addAll(points);
  }

  /** Asks for what {@link #ended} needs; null where it is here. */
  @Nullable Gathering gather(int[] variables, int n) {
    return error.add(variables, n);
  }

  /**
   * Records the errors of what was added; returns whether the path is at its end.
   *
   * @param variance of the outputs on the training runs
   */
  boolean ended(int[] variables, double variance) {
    while (recorded < path.size() && !recorder.ended()) {
      record(path.get(recorded++), variables, variance);
    }
    return recorder.ended();
  }

  private void record(Points points, int[] variables, double variance) {
    double[] errors = error.of(variables, points.n, points.weights, points.biases);
    for (int l = 0; l < points.gaps.length && !recorder.ended(); l++) {
      double gap = points.gaps[l] / variance;
      if (recorder.add(points.errors[l], errors[l], gap, points.sizes[l])) {
        chosen = points;
        chosenSet = l;
      }
    }
  }

  /** Returns the path recorded. */
  RegularizationPath path(int[] variables) {
    Points best = Objects.requireNonNull(chosen);
    double[] weights = new double[units];
    for (int i = 0; i < best.n; i++) {
      weights[variables[i]] = best.weights[i * HeldOutError.SETS + chosenSet];
    }
    recorder.keep(weights, best.biases[chosenSet]);
    return recorder.path();
  }

  /** Returns the path of outputs that are all the same. */
  RegularizationPath constant(double output) {
    recorder.constant(output, units);
    return recorder.path();
  }

  /** Returns the validation runs' counts of the variables gathered. */
  SubGram counts() {
    return error.counts();
  }
}
