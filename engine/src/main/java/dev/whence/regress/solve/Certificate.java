package dev.whence.regress.solve;

/**
 * Computes the duality gap of a solution of one target's regression at one λ, which bounds how far
 * its objective is from the minimum.
 *
 * <p>With g = c − Gw − λ(1 − ρ)w, the residual scaled by min(1, 1/max_j(|g_j|/(λρp_j))) is a
 * feasible point of the dual (of the elastic net, as a LASSO on X with √(mλ(1 − ρ))·I under it), so
 * the gap costs one pass over d numbers (Mairal 2010, prop. 1.5; celer and scikit-learn use the
 * same).
 */
public final class Certificate {

  private final double variance;
  private final double lambda;
  private final Penalty penalty;

  /** cᵀw, summed over the variables added so far. */
  private double cw;

  /** gᵀw, summed over the variables added so far. */
  private double gw;

  /** λρ·Σ_j p_j|w_j|, summed over the variables added so far. */
  private double norm;

  /** max_j |g_j|/(λρp_j) over the variables j added so far. */
  private double steepest;

  /**
   * Begins the certificate of a solution at {@code lambda}, to which every variable must be added.
   *
   * @param variance v = ‖y‖²/m of the outputs y of m runs, minus their mean
   * @param penalty the penalty's ρ and factors p_j
   */
  public Certificate(double variance, double lambda, Penalty penalty) {
    this.variance = variance;
    this.lambda = lambda;
    this.penalty = penalty;
  }

  /**
   * Adds the terms of variable {@code j}, the unit j with its weight.
   *
   * @param covariance c_j
   * @param weight w_j
   * @param gradient c_j − (Gw)_j
   */
  public void add(int j, double covariance, double weight, double gradient) {
    double threshold = lambda * penalty.threshold(j);
    double g = gradient - lambda * penalty.ridge() * weight;
    cw += covariance * weight;
    gw += g * weight;
    norm += threshold * Math.abs(weight);
    steepest = Math.max(steepest, Math.abs(g) / threshold);
  }

  /**
   * Adds the terms of variables whose weights are 0.
   *
   * @param steepestOfThem the largest |g_j|/(λρp_j) among these variables
   */
  void addZeros(double steepestOfThem) {
    steepest = Math.max(steepest, steepestOfThem);
  }

  /**
   * Returns the absolute duality gap: the primal minus the dual objective, over the variables
   * added.
   */
  public double gap() {
    double residualSquares = variance - cw - gw; // ‖y − Xw‖²/m + λ(1 − ρ)‖w‖²
    double outputResidual = variance - cw; // yᵀ(y − Xw)/m
    double scale = steepest > 1 ? 1 / steepest : 1;
    double primal = residualSquares / 2 + norm;
    double dual = scale * outputResidual - scale * scale * residualSquares / 2;
    return Math.max(0, primal - dual);
  }
}
