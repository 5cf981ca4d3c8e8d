package dev.whence.regress;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Ridge regression, (1/2m)‖y − Xw − b‖² + (λ/2)‖w‖², and its limit at λ → 0, the least-squares
 * solution of least norm.
 *
 * <p>One eigendecomposition G = QΛQᵀ serves every target and every λ: w = Q(Λ + λ)⁻¹Qᵀc, where
 * eigenvalues under {@value #RANK_TOLERANCE} of the largest count as 0 (subsets of exact size make
 * G singular: their masks sum to a constant).
 */
public final class RidgeEstimator implements Estimator {

  private static final double RANK_TOLERANCE = 1e-10;
  private static final double LARGEST = 1e2;
  private static final double SMALLEST = 1e-4;

  private final double[] lambdas;
  private final boolean relative;
  private final Map<Statistics, Spectrum> spectra = new ConcurrentHashMap<>();

  /**
   * @param relative whether {@code lambdas} are multiples of G's mean eigenvalue
   */
  private RidgeEstimator(double[] lambdas, boolean relative) {
    this.lambdas = lambdas;
    this.relative = relative;
  }

  /** Returns ridge regression with λ from 100 down to 10⁻⁴ times G's mean eigenvalue. */
  static RidgeEstimator ridge(PathOptions options) {
    int n = options.lambdas();
    return new RidgeEstimator(
        IntStream.range(0, n)
            .mapToDouble(
                k -> LARGEST * Math.pow(SMALLEST / LARGEST, n == 1 ? 0.5 : (double) k / (n - 1)))
            .toArray(),
        true);
  }

  /** Returns ridge regression at one λ. */
  static RidgeEstimator atLambda(double lambda) {
    return new RidgeEstimator(new double[] {lambda}, false);
  }

  /** Returns least squares. */
  static RidgeEstimator ols() {
    return atLambda(0);
  }

  @Override
  public Datamodel fit(Problem problem, int t) {
    Spectrum train = spectra.computeIfAbsent(problem.train(), Spectrum::of);
    double[] rotated = train.rotate(problem.train().covariance(t));
    double scale = relative ? train.meanValue() : 1;
    double[] absolute = Arrays.stream(lambdas).map(l -> l * scale).toArray();
    RegularizationPath path =
        RegularizationPath.follow(problem, t, absolute, 0, k -> train.solve(rotated, absolute[k]));
    Spectrum all = spectra.computeIfAbsent(problem.all(), Spectrum::of);
    double[] weights = all.solve(all.rotate(problem.all().covariance(t)), path.lambda());
    return new Datamodel(weights, problem.all().bias(t, weights), path.lambda(), Double.NaN, path);
  }

  /**
   * An eigendecomposition of G.
   *
   * @param values eigenvalues
   * @param vectors eigenvectors, one a row
   */
  private record Spectrum(double[] values, double[][] vectors) {

    static Spectrum of(Statistics statistics) {
      int d = statistics.units();
      DMatrixRMaj gram = new DMatrixRMaj(d, d);
      for (int j = 0; j < d; j++) {
        System.arraycopy(statistics.gram(j), 0, gram.data, j * d, d);
      }
      EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
      if (!eigen.decompose(gram)) {
        throw new ArithmeticException("the eigendecomposition of G did not converge");
      }
      double[] values = new double[d];
      double[][] vectors = new double[d][];
      for (int k = 0; k < d; k++) {
        values[k] = eigen.getEigenvalue(k).getReal();
        vectors[k] = eigen.getEigenVector(k).getData();
      }
      return new Spectrum(values, vectors);
    }

    double meanValue() {
      return Arrays.stream(values).average().orElse(0);
    }

    double[] rotate(double[] c) {
      double[] rotated = new double[values.length];
      for (int k = 0; k < rotated.length; k++) {
        double[] vector = vectors[k];
        for (int j = 0; j < c.length; j++) {
          rotated[k] += vector[j] * c[j];
        }
      }
      return rotated;
    }

    double[] solve(double[] rotated, double lambda) {
      double floor = RANK_TOLERANCE * Arrays.stream(values).max().orElse(0);
      double[] weights = new double[values.length];
      for (int k = 0; k < rotated.length; k++) {
        if (values[k] > floor) {
          double step = rotated[k] / (values[k] + lambda);
          double[] vector = vectors[k];
          for (int j = 0; j < weights.length; j++) {
            weights[j] += step * vector[j];
          }
        }
      }
      return weights;
    }
  }
}
