package dev.whence.regress.solve;

import dev.whence.base.Parallel;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Problem;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Computes ridge paths on the training runs, in the eigenvectors Q of the training runs' G, and the
 * errors of the paths on the validation runs. The validation runs' Gram matrix H = FᵀF and mean of
 * masks μ are kept as FQ and Qᵀμ.
 *
 * @param spectrum spectrum of the training runs' G, of rank r
 * @param held (FQ)ᵀ, [r, s], where s, the rank of QᵀHQ, is low for few validation runs
 * @param trainMeans Qᵀμ, μ the mean of the training runs' masks, [r]
 * @param heldMeans Qᵀμ, μ the mean of the validation runs' masks, [r]
 */
public record SpectralPath(
    Spectrum spectrum, DMatrixRMaj held, double[] trainMeans, double[] heldMeans) {

  /** The Gram matrices of a split: of its training runs and of its validation runs. */
  public record Grams(Gram train, Gram validation) {

    public static Grams of(Problem.Split split) {
      return new Grams(split.train().gram(), split.validation().gram());
    }
  }

  public static SpectralPath of(Grams grams, Spectrum spectrum, Parallel parallel) {
    return new SpectralPath(
        spectrum,
        factor(spectrum.rotate(grams.validation, parallel)),
        spectrum.rotate(means(grams.train)),
        spectrum.rotate(means(grams.validation)));
  }

  /** Returns (FQ)ᵀ, [r, s], given {@code rotated}, QᵀHQ = (FQ)ᵀFQ. */
  private static DMatrixRMaj factor(DMatrixRMaj rotated) {
    Spectrum spectrum = Spectrum.of(rotated);
    DMatrixRMaj factor = new DMatrixRMaj(rotated.numRows, spectrum.rank());
    for (int k = 0; k < spectrum.rank(); k++) {
      double root = Math.sqrt(spectrum.values()[k]);
      for (int i = 0; i < factor.numRows; i++) {
        factor.set(i, k, root * spectrum.vectors()[k][i]);
      }
    }
    return factor;
  }

  private static double[] means(Gram gram) {
    double[] means = new double[gram.units()];
    for (int j = 0; j < means.length; j++) {
      means[j] = gram.mean(j);
    }
    return means;
  }

  /**
   * Returns the ridge path of target {@code t}, with weights fitted to the training runs and errors
   * on both sets of runs.
   *
   * @param split training and validation runs that have the Gram matrices of this object
   * @param lambdas the λ, from the largest to the smallest
   */
  public RegularizationPath follow(Problem.Split split, int t, double[] lambdas) {
    Moments train = split.train().moments().get(t);
    Moments validation = split.validation().moments().get(t);
    double[] a = spectrum.rotate(train.covariance());
    double[] heldCovariance = spectrum.rotate(validation.covariance());
    DMatrixRMaj y = new DMatrixRMaj(lambdas.length, a.length);
    for (int k = 0; k < lambdas.length; k++) {
      System.arraycopy(spectrum.solve(a, lambdas[k]), 0, y.data, k * a.length, a.length);
    }
    DMatrixRMaj products = new DMatrixRMaj(lambdas.length, held.numCols);
    if (held.numCols > 0) {
      CommonOps_DDRM.mult(y, held, products);
    }
    RegularizationPath.Recorder recorder = new RegularizationPath.Recorder(lambdas, 0);
    int best = 0;
    for (int k = 0; k < lambdas.length; k++) {
      double trainError = train.variance();
      double error = validation.variance();
      double offset = validation.mean() - train.mean();
      boolean zero = true;
      for (int i = 0; i < a.length; i++) {
        double weight = y.get(k, i);
        trainError += weight * (spectrum.values()[i] * weight - 2 * a[i]);
        error -= 2 * weight * heldCovariance[i];
        offset += weight * (trainMeans[i] - heldMeans[i]);
        zero &= weight == 0;
      }
      for (int i = 0; i < held.numCols; i++) {
        error += products.get(k, i) * products.get(k, i);
      }
      error = Math.max(0, error) + offset * offset;
      int size = zero ? 0 : split.train().gram().units();
      if (recorder.add(Math.max(0, trainError), error, Double.NaN, size)) {
        best = k;
      }
    }
    double[] weights =
        spectrum.back(spectrum.solve(a, lambdas[best]), split.train().gram().units());
    recorder.keep(weights, split.train().bias(t, weights));
    return recorder.path();
  }
}
