package dev.whence.evaluate;

import java.util.List;

/**
 * Pearson's r over all pairs of a target and a subset, with the influence of each subset on it. A
 * pair contributes z_x z_y − (r/2)(z_x² + z_y²) to the influence of its subset, where z are the
 * values standardised over all pairs; contributions are centred within each target.
 *
 * @param value r; 0 where the predictions are constant, NaN where the outputs are
 * @param influence influence of each subset, [R]
 */
record Pooled(double value, double[] influence) {

  static Pooled of(HeldOut heldOut, List<TargetScores> scores) {
    double n = 0;
    double x = 0;
    double y = 0;
    for (int t = 0; t < heldOut.targets(); t++) {
      for (int r : heldOut.subsetsOf(t)) {
        n++;
        x += heldOut.prediction(r, t);
        y += heldOut.mean(r, t);
      }
    }
    double meanX = x / n;
    double meanY = y / n;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int t = 0; t < heldOut.targets(); t++) {
      for (int r : heldOut.subsetsOf(t)) {
        double dx = heldOut.prediction(r, t) - meanX;
        double dy = heldOut.mean(r, t) - meanY;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
      }
    }
    double[] influence = new double[heldOut.subsets()];
    if (scores.isEmpty() || xx == 0 || yy == 0) {
      return new Pooled(yy == 0 ? Double.NaN : 0, influence);
    }
    double rho = Math.clamp(xy / Math.sqrt(xx * yy), -1, 1);
    double sx = Math.sqrt(xx / n);
    double sy = Math.sqrt(yy / n);
    for (int t = 0; t < heldOut.targets(); t++) {
      int[] subsets = heldOut.subsetsOf(t);
      double[] q = new double[subsets.length];
      double mean = 0;
      for (int i = 0; i < q.length; i++) {
        double zx = (heldOut.prediction(subsets[i], t) - meanX) / sx;
        double zy = (heldOut.mean(subsets[i], t) - meanY) / sy;
        q[i] = zx * zy - rho / 2 * (zx * zx + zy * zy);
        mean += q[i] / q.length;
      }
      for (int i = 0; i < q.length; i++) {
        influence[subsets[i]] += (q[i] - mean) / n;
      }
    }
    return new Pooled(rho, influence);
  }
}
