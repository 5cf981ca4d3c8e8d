package dev.whence.regress.solve;

import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path's errors on the validation runs, which end the path and choose λ.
 *
 * <p>While the path is followed, the errors are estimated from the diagonal of the validation runs'
 * G. When the path seems to have ended, the validation runs' counts of the variables that entered
 * are gathered, once for all λ of the path. The exact errors decide whether the path has ended, and
 * only exact errors are recorded.
 */
final class PathValidation {

  private final HeldOutError error;
  private final RegularizationPath.Recorder recorder;
  private final int patience;
  private final int units;

  /** Estimated validation error at each λ. */
  private final double[] rough;

  /**
   * The path's solutions, in groups of up to five λ; {@link #recorder} has the exact validation
   * errors of the first {@code recorded} groups.
   */
  private final List<Points> path = new ArrayList<>();

  private int recorded;

  /** The points among which is the best of the recorded λ. */
  private @Nullable Points chosen;

  /** Index of the best recorded λ among the λ of {@code chosen}. */
  private int chosenSet;

  /**
   * Solutions at up to five λ of a path, one after another.
   *
   * @param n number of variables
   * @param weights weights, [n, 5]
   * @param biases biases, [5]
   * @param gaps absolute duality gap on the training runs at each λ
   * @param errors mean squared error on the training runs at each λ
   * @param sizes number of weights that are not 0 at each λ
   */
  record Points(
      int n, float[] weights, double[] biases, double[] gaps, double[] errors, int[] sizes) {}

  /**
   * @param patience number of λ without an improvement of the error after which the path ends; 0
   *     follows the whole path
   */
  PathValidation(Statistics validation, int t, double[] lambdas, int patience, SubGram.Tiles free) {
    error = new HeldOutError(validation.gram(), validation.moments().get(t), free);
    recorder = new RegularizationPath.Recorder(lambdas, patience);
    this.patience = patience;
    units = validation.gram().units();
    rough = new double[lambdas.length];
  }

  /** Estimates the errors of some points, the first of which is at λ number {@code at}. */
  void estimate(int at, Points points, int[] variables) {
    double[] estimates = error.rough(variables, points.n, points.weights, points.biases);
    System.arraycopy(estimates, 0, rough, at, points.gaps.length);
  }

  /** Returns whether the path has ended, by the estimated errors before λ number {@code at}. */
  boolean seemsOver(int at) {
    return patience > 0 && sinceBest(at) >= patience;
  }

  /** Returns the number of λ to solve together from number {@code at} on: at most {@code most}. */
  int together(int at, int most) {
    int since = sinceBest(at);
    return patience > since && since > 0 ? Math.min(most, patience - since) : most;
  }

  /** Returns the number of λ after the smallest estimate and before λ number {@code at}. */
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

  /** Returns the gathering of the counts that {@link #ended} needs; null if none are missing. */
  @Nullable Gathering gather(int[] variables, int n) {
    return error.add(variables, n);
  }

  /**
   * Records the exact errors of the added points until the path ends; returns whether the path has
   * ended: at its last λ, or after {@code patience} λ without an improvement.
   *
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

  /** Returns the recorded path. */
  RegularizationPath path(int[] variables) {
    Points best = Objects.requireNonNull(chosen);
    double[] weights = new double[units];
    for (int i = 0; i < best.n; i++) {
      weights[variables[i]] = best.weights[i * HeldOutError.SETS + chosenSet];
    }
    recorder.keep(weights, best.biases[chosenSet]);
    return recorder.path();
  }

  /** Returns the path for outputs that all equal {@code output}. */
  RegularizationPath constant(double output) {
    recorder.constant(output, units);
    return recorder.path();
  }

  /** Returns the validation runs' counts of pairs of the gathered variables. */
  SubGram counts() {
    return error.counts();
  }
}
