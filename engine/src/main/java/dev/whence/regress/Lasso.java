package dev.whence.regress;

/**
 * The LASSO of one target: minimise over w and the bias b
 *
 * <pre>(1/2m)·‖y − Xw − b‖² + λ‖w‖₁</pre>
 *
 * <p>(Ilyas et al. 2022, eq. 8, whose λ is twice this one), by cyclic coordinate descent on a
 * working set, from (G, c, v) alone. With g = c − Gw the loss is ½(v − cᵀw − gᵀw), and the residual
 * scaled by min(1, λ/‖g‖∞) is a feasible point of the dual, so the duality gap, which bounds how
 * far the objective is from its minimum, costs one pass over d numbers.
 *
 * <p>Holds the state of one target; used by one thread.
 */
public final class Lasso {

  private static final int SWEEPS_BETWEEN_CHECKS = 4;
  private static final int MOST_SWEEPS = 200_000;

  /** A sweep whose largest step is below this part of ‖c‖∞ is at the end of what doubles can do. */
  private static final double ROUNDING = 1e-16;

  private final Statistics statistics;
  private final WorkingSet working;
  private final double[] weights;
  private final double[] gradient;
  private double[] covariance = new double[0];
  private double variance;
  private double lambda;

  /** Makes a solver for the targets of {@code statistics}. */
  public Lasso(Statistics statistics) {
    this.statistics = statistics;
    working = new WorkingSet(statistics);
    weights = new double[statistics.units()];
    gradient = new double[statistics.units()];
  }

  /** Turns to target {@code t}, at w = 0. */
  public Lasso target(int t) {
    covariance = statistics.covariance(t);
    variance = statistics.variance(t);
    java.util.Arrays.fill(weights, 0);
    System.arraycopy(covariance, 0, gradient, 0, gradient.length);
    working.clear();
    lambda = lambdaMax();
    return this;
  }

  /** Turns to target {@code t}, at the given weights. */
  public Lasso target(int t, double[] start) {
    target(t);
    for (int j = 0; j < start.length; j++) {
      if (start[j] != 0) {
        working.add(j, start[j], 0);
      }
    }
    working.writeTo(weights, gradient);
    return this;
  }

  /** Returns the smallest λ at which all weights are 0: ‖c‖∞. */
  public double lambdaMax() {
    double max = 0;
    for (double c : covariance) {
      max = Math.max(max, Math.abs(c));
    }
    return max;
  }

  /**
   * Moves to the solution at {@code newLambda}.
   *
   * <p>Variables enter the working set by the strong rule (Tibshirani et al. 2012), |g_j| ≥ 2λ_new
   * − λ_old; when the set is solved, every variable outside is checked and those that break their
   * condition enter.
   *
   * @param tolerance the gap to reach, relative to the variance of the outputs
   * @return the duality gap reached, over all d variables; above tolerance·v only where rounding
   *     lets no sweep improve it
   */
  public double solve(double newLambda, double tolerance) {
    if (variance == 0) {
      return 0; // a constant output: w = 0 is the solution at every λ
    }
    double allowed = tolerance * variance;
    enter(Math.max(2 * newLambda - lambda, newLambda * 1e-12));
    lambda = newLambda;
    double inner = allowed / 2;
    double steepestStart = lambdaMax();
    double gap = Double.POSITIVE_INFINITY;
    for (int sweeps = 0; sweeps < MOST_SWEEPS; ) {
      boolean exhausted = false;
      while (!exhausted
          && sweeps < MOST_SWEEPS
          && working.gap(covariance, variance, newLambda) > inner) {
        double largest = 0;
        for (int i = 0; i < SWEEPS_BETWEEN_CHECKS; i++, sweeps++) {
          largest = working.sweep(newLambda);
        }
        exhausted = largest <= ROUNDING * steepestStart;
      }
      working.writeTo(weights, gradient);
      gap = gap();
      boolean entered = enter(newLambda * (1 + 1e-12));
      if (gap <= allowed || (!entered && exhausted)) {
        break;
      }
      if (!entered) {
        inner /= 4;
      }
    }
    return gap;
  }

  /**
   * Takes in the variables outside whose gradient is at least {@code bound}; returns whether there
   * were any.
   */
  private boolean enter(double bound) {
    boolean entered = false;
    for (int j = 0; j < gradient.length; j++) {
      if (Math.abs(gradient[j]) >= bound && !working.contains(j)) {
        working.add(j, weights[j], gradient[j]);
        entered = true;
      }
    }
    return entered;
  }

  private double gap() {
    double cw = 0;
    double gw = 0;
    double norm = 0;
    double steepest = 0;
    for (int j = 0; j < weights.length; j++) {
      cw += covariance[j] * weights[j];
      gw += gradient[j] * weights[j];
      norm += Math.abs(weights[j]);
      steepest = Math.max(steepest, Math.abs(gradient[j]));
    }
    return gap(variance, cw, gw, norm, steepest, lambda);
  }

  /**
   * Returns primal minus dual objective.
   *
   * @param variance v = ‖y‖²/m, y centred
   * @param cw cᵀw
   * @param gw gᵀw
   * @param norm ‖w‖₁
   * @param steepest ‖g‖∞
   */
  static double gap(
      double variance, double cw, double gw, double norm, double steepest, double lambda) {
    double residualSquares = variance - cw - gw; // ‖y − Xw‖²/m
    double outputResidual = variance - cw; // yᵀ(y − Xw)/m
    double scale = steepest > lambda ? lambda / steepest : 1;
    double primal = residualSquares / 2 + lambda * norm;
    double dual = scale * outputResidual - scale * scale * residualSquares / 2;
    return Math.max(0, primal - dual);
  }

  /** Returns the weights, [d]; the next call changes them. */
  public double[] weights() {
    return weights;
  }

  /** Returns the mean squared error over the runs of the statistics: v − cᵀw − gᵀw. */
  public double error() {
    double error = variance;
    for (int j = 0; j < weights.length; j++) {
      error -= (covariance[j] + gradient[j]) * weights[j];
    }
    return Math.max(0, error);
  }
}
