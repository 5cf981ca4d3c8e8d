package dev.whence.counterfactual;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * What makes of a datamodel's effect, which holds at the fraction α of its pool, the change of
 * models of the whole of S: learnt from sets that were taken out and measured.
 *
 * <p>A unit of a larger training set moves the output less, and the units that are taken out last
 * move it most. With loss L, gain H and their shares l, h ({@link Effect}) and the output M before,
 *
 * <pre>change = L·(β₀ + β₁l + β₂l²) + l²·(β₃ + β₄M) + H·(β₅ + β₆h + β₇h²)</pre>
 *
 * <p>and the error of the change has the variance k·s² + γ²(L² + H²), with k units, and s² the
 * variance that the held-out runs of the target show for each unit.
 *
 * @param coefficients β, [8]
 * @param spread γ
 * @param points number of measured changes that it was learnt from
 */
public record Correction(double[] coefficients, double spread, int points) {

  /** Fewest measured changes that a correction is learnt from. */
  static final int FEWEST = 20;

  /** The coefficients of no correction: the sum of the weights. */
  private static final double[] NONE = {1, 0, 0, 0, 0, 1, 0, 0};

  /**
   * γ until it is measured: sums of weights have been off by as much at sets chosen for their
   * weights (docs/results/counterfactuals.md).
   */
  private static final double UNMEASURED = 0.35;

  private static final double PRIOR = 0.3;

  private static final double LEVEL = 0.95;

  /** Relative error of an effect that the weights of the least squares assume. */
  private static final double RELATIVE = 0.15;

  /**
   * A change that was predicted and measured.
   *
   * @param effect what the datamodel says
   * @param before output before the change
   * @param unitVariance s², the variance of the prediction's error for each unit
   * @param measured measured change
   * @param error standard error of {@code measured}
   */
  record Measurement(
      Effect effect, double before, double unitVariance, double measured, double error) {}

  /** Returns whether it is of this form; one of an earlier form is learnt anew. */
  boolean isCurrent() {
    return coefficients.length == NONE.length;
  }

  /** Returns no correction, with the error that is to be expected without one. */
  static Correction none() {
    return new Correction(NONE, UNMEASURED, 0);
  }

  private static double[] terms(Effect e, double before) {
    double l = e.lossShare();
    double h = e.gainShare();
    return new double[] {
      e.loss(),
      e.loss() * l,
      e.loss() * l * l,
      l * l,
      l * l * before,
      e.gain(),
      e.gain() * h,
      e.gain() * h * h
    };
  }

  /** Learns a correction by weighted least squares. */
  static Correction learn(List<Measurement> all) {
    int n = all.size();
    double[][] rows = new double[n][];
    double[] right = new double[n];
    for (int i = 0; i < n; i++) {
      Measurement m = all.get(i);
      double relative = RELATIVE * m.effect.size();
      double deviation =
          Math.sqrt(m.error * m.error + m.effect.units() * m.unitVariance + relative * relative);
      double weight = deviation > 0 ? 1 / deviation : 0;
      rows[i] = Arrays.stream(terms(m.effect, m.before)).map(x -> x * weight).toArray();
      right[i] = m.measured * weight;
    }
    RealMatrix x = new Array2DRowRealMatrix(rows, false);
    double[] b = nearNone(x, right);
    Correction exact = new Correction(b, 0, n);
    double[] needed = new double[n];
    for (int i = 0; i < n; i++) {
      Measurement m = all.get(i);
      double distance =
          (m.measured - exact.change(m.effect, m.before, 0).value()) / Prediction.UPPER;
      double size = m.effect.size();
      needed[i] =
          size == 0
              ? 0
              : (distance * distance - m.error * m.error - m.effect.units() * m.unitVariance)
                  / (size * size);
    }
    Arrays.sort(needed);
    double square = needed[Math.min(n - 1, (int) Math.ceil(LEVEL * (n + 1)) - 1)];
    return new Correction(b, Math.sqrt(Math.max(0, square)), n);
  }

  /**
   * Returns the coefficients of weighted least squares, drawn to those of no correction as by
   * {@value #PRIOR} more measurements: with few measurements there is little correction.
   */
  private static double[] nearNone(RealMatrix x, double[] right) {
    int n = x.getRowDimension();
    int k = NONE.length;
    RealMatrix all = new Array2DRowRealMatrix(n + k, k);
    all.setSubMatrix(x.getData(), 0, 0);
    double[] targets = Arrays.copyOf(right, n + k);
    for (int c = 0; c < k; c++) {
      double scale = x.getColumnVector(c).getNorm();
      double own = Math.sqrt(PRIOR / n) * (scale > 0 ? scale : 1); // a side no set has keeps 1
      all.setEntry(n + c, c, own);
      targets[n + c] = own * NONE[c];
    }
    return new QRDecomposition(all).getSolver().solve(new ArrayRealVector(targets)).toArray();
  }

  /**
   * Returns the change of the output of models of the whole of S.
   *
   * @param before the output before the change
   * @param unitVariance s², the variance of the prediction's error for each unit
   */
  Prediction change(Effect effect, double before, double unitVariance) {
    double[] terms = terms(effect, before);
    double sum = 0;
    for (int c = 0; c < terms.length; c++) {
      sum += coefficients[c] * terms[c];
    }
    double own = spread * effect.size();
    return new Prediction(sum, Math.sqrt(effect.units() * unitVariance + own * own));
  }
}
