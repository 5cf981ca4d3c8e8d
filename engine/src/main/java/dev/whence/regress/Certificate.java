package dev.whence.regress;

/**
 * The duality gap of a solution, which bounds how far its objective is from the minimum.
 *
 * <p>With g = c − Gw − λ(1 − ρ)w, the residual scaled by min(1, 1/max_j(|g_j|/(λρp_j))) is a
 * feasible point of the dual (of the elastic net, as a LASSO on X with √(mλ(1 − ρ))·I under it), so
 * the gap costs one pass over d numbers (Mairal 2010, prop. 1.5; celer and scikit-learn use the
 * same).
 */
final class Certificate {

  private Certificate() {}

  /**
   * Returns primal minus dual objective.
   *
   * @param variance v = ‖y‖²/m, y centred
   * @param cw cᵀw
   * @param gw gᵀw
   * @param penalty λρ·Σ_j p_j|w_j|
   * @param steepest max_j |g_j|/(λρp_j)
   */
  static double gap(double variance, double cw, double gw, double penalty, double steepest) {
    double residualSquares = variance - cw - gw; // ‖y − Xw‖²/m, the ridge's part included
    double outputResidual = variance - cw; // yᵀ(y − Xw)/m
    double scale = steepest > 1 ? 1 / steepest : 1;
    double primal = residualSquares / 2 + penalty;
    double dual = scale * outputResidual - scale * scale * residualSquares / 2;
    return Math.max(0, primal - dual);
  }
}
