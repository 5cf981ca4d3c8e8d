package dev.whence.regress.solve;

import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes the errors of one target's path on the validation runs, which end the path and choose λ.
 *
 * <p>While the path is followed, the errors are estimated from the diagonal of the validation runs'
 * G. When the path seems to have ended, the validation runs' counts of pairs of the variables that
 * entered are gathered, once for all λ of the path. The exact errors decide whether the path has
 * ended, and only exact errors are recorded.
 */
final class PathValidation {

  private final HeldOutError error;
  private final RegularizationPath.Recorder recorder;
  private final int patience;
  private final int units;

  /** Estimated mean squared error on the validation runs at each λ of the path. */
  private final double[] rough;

  /**
   * The path's solutions, in groups of up to five λ; {@link #recorder} has the exact validation
   * errors of the first {@code recorded} groups.
   */
  private final List<Points> path = new ArrayList<>();

  private int recorded;

  /** The group of solutions with the λ that has the smallest exact validation error so far. */
  private @Nullable Points chosen;

  /**
   * Index, within the group {@code chosen}, of the λ with the smallest exact validation error so
   * far.
   */
  private int chosenSet;

  /**
   * A group of solutions: at up to five λ of a path, one after another.
   *
   * @param n number of variables in the working set
   * @param weights weights of these variables at each λ, [n, 5]
   * @param biases bias at each λ, [5]
   * @param gaps absolute duality gap on the training runs at each λ
   * @param errors mean squared error on the training runs at each λ
   * @param sizes number of weights that are not 0 at each λ
   */
  record Points(
      int n, float[] weights, double[] biases, double[] gaps, double[] errors, int[] sizes) {}

  /**
   * Begins the validation of a path.
   *
   * @param validation statistics over the validation runs
   * @param t index of the target in {@code validation}
   * @param lambdas all λ of the path
   * @param patience number of λ without an improvement of the error after which the path ends; 0
   *     follows the whole path
   * @param free list of free tiles, from which counts take tiles
   */
  PathValidation(Statistics validation, int t, double[] lambdas, int patience, SubGram.Tiles free) {
    error = new HeldOutError(validation.gram(), validation.moments().get(t), free);
    recorder = new RegularizationPath.Recorder(lambdas, patience);
    this.patience = patience;
    units = validation.gram().units();
    rough = new double[lambdas.length];
  }

  /**
   * Estimates the validation errors of a group of solutions, the first of which is at λ number
   * {@code at} of the path.
   *
   * @param variables the variables in the order of their weights in {@code points}
   */
  void estimate(int at, Points points, int[] variables) {
    double[] estimates = error.rough(variables, points.n, points.weights, points.biases);
    System.arraycopy(estimates, 0, rough, at, points.gaps.length);
  }

  /**
   * Returns whether the path seems to have ended, judging by the estimated validation errors at the
   * λ before number {@code at}.
   */
  boolean seemsOver(int at) {
    return patience > 0 && sinceBest(at) >= patience;
  }

  /**
   * Returns the number of λ to solve together from number {@code at} on: {@code most}, or the
   * number of λ left of the patience if this is smaller and part of the patience, by the estimated
   * errors, is used up. Where none of it or all of it is used up, {@code most}.
   */
  int together(int at, int most) {
    int since = sinceBest(at);
    return patience > since && since > 0 ? Math.min(most, patience - since) : most;
  }

  /**
   * Returns the number of λ that lie after the λ with the smallest estimated error and before λ
   * number {@code at}.
   */
  private int sinceBest(int at) {
    int best = 0;
    for (int k = 1; k < at; k++) {
      best = rough[k] < rough[best] ? k : best;
    }
    return Math.max(0, at - 1 - best);
  }

  /** Adds the next groups of solutions of the path; their exact errors are computed later. */
  void add(List<Points> points) {
    path.addAll(points);
  }

  /**
   * Returns the gathering of the validation runs' counts of pairs that {@link #ended} needs; null
   * if none are missing.
   *
   * @param variables the variables that have entered, in this order
   * @param n number of these variables, the first of {@code variables}
   */
  @Nullable Gathering gather(int[] variables, int n) {
    return error.add(variables, n);
  }

  /**
   * Computes and records the exact validation errors of the added solutions until the path ends;
   * returns whether the path has ended: at its last λ, or after {@code patience} λ without an
   * improvement.
   *
   * @param variables the variables that have entered, in this order
   * @param variance variance of the outputs on the training runs, by which recorded gaps are
   *     divided
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

  /**
   * Returns the recorded path, with the weights at its best λ.
   *
   * @param variables the variables that have entered, in this order
   */
  RegularizationPath path(int[] variables) {
    Points best = Objects.requireNonNull(chosen);
    double[] weights = new double[units];
    for (int i = 0; i < best.n; i++) {
      weights[variables[i]] = best.weights[i * HeldOutError.SETS + chosenSet];
    }
    recorder.keep(weights, best.biases[chosenSet]);
    return recorder.path();
  }

  /**
   * Returns the path of a target whose outputs on all training runs equal {@code output}: all
   * weights are 0.
   */
  RegularizationPath constant(double output) {
    recorder.constant(output, units);
    return recorder.path();
  }

  /** Returns the validation runs' counts of pairs of the variables gathered so far. */
  SubGram counts() {
    return error.counts();
  }
}
