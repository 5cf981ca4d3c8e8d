package dev.whence.regress;

import dev.whence.linalg.Parallel;
import dev.whence.linalg.SparseVector;
import dev.whence.store.Progress;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Ridge regression, (1/2m)‖y − Xw − b‖² + (λ/2)‖w‖², and its limit at λ → 0, the least-squares
 * solution of least norm.
 *
 * <p>Up to {@value #FACTORISED} units one eigendecomposition G = QΛQᵀ serves every target and every
 * λ: w = Q(Λ + λ)⁻¹Qᵀc, where eigenvalues under {@value #RANK_TOLERANCE} of the largest count as 0
 * (subsets of exact size make G singular: their masks sum to a constant). Above, {@link
 * KrylovRidge} does.
 */
public final class RidgeEstimator implements Estimator {

  /** Units up to which G is factorised; with more the factorisation takes minutes, then hours. */
  static final int FACTORISED = 1000;

  private static final int MOST_SPECTRA = 32;
  private static final double RANK_TOLERANCE = 1e-10;
  private static final double LARGEST = 1e2;
  private static final double SMALLEST = 1e-4;

  private final double[] lambdas;
  private final boolean relative;

  /** Of the matrices used last: those that all targets share, and those of a target in S. */
  private final Map<Gram, Spectrum> spectra =
      Collections.synchronizedMap(
          new LinkedHashMap<>(MOST_SPECTRA, 1, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Gram, Spectrum> eldest) {
              return size() > MOST_SPECTRA;
            }
          });

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

  /** Returns ridge regression at some λ, from the largest to the smallest. */
  static RidgeEstimator atLambdas(double... lambdas) {
    return new RidgeEstimator(lambdas, false);
  }

  /** Returns least squares. */
  static RidgeEstimator ols() {
    return atLambdas(0);
  }

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    double scale = relative ? problem.all().gram().meanEigenvalue() : 1;
    double[] absolute = Arrays.stream(lambdas).map(l -> l * scale).toArray();
    if (problem.units() > FACTORISED) {
      return new KrylovRidge(absolute).fit(problem, parallel, task);
    }
    Spectrum all = spectra.computeIfAbsent(problem.all().gram(), Spectrum::of);
    for (Problem.Split split : problem.splits()) {
      spectra.computeIfAbsent(split.train().gram(), Spectrum::of);
    }
    Datamodel[] models = new Datamodel[problem.targets()];
    parallel.forEach(
        models.length,
        t -> {
          models[t] = fit(problem, t, all, absolute);
          task.step(1);
        });
    return List.of(models);
  }

  private Datamodel fit(Problem problem, int t, Spectrum all, double[] absolute) {
    List<RegularizationPath> paths =
        problem.splits().stream().map(split -> follow(split, t, absolute)).toList();
    RegularizationPath path = paths.getLast();
    if (paths.size() > 1) {
      Statistics train = problem.splits().getLast().train();
      RegularizationPath mean = RegularizationPath.mean(paths, paths.getFirst().lambdas());
      double[] weights = solve(train, t, mean.lambda());
      path = mean.with(weights, train.bias(t, weights));
    }
    double[] weights =
        all.solve(all.rotate(problem.all().moments().get(t).covariance()), path.lambda());
    return new Datamodel(weights, problem.all().bias(t, weights), path.lambda(), Double.NaN, path);
  }

  private double[] solve(Statistics statistics, int t, double lambda) {
    Spectrum spectrum = spectra.computeIfAbsent(statistics.gram(), Spectrum::of);
    return spectrum.solve(spectrum.rotate(statistics.moments().get(t).covariance()), lambda);
  }

  private RegularizationPath follow(Problem.Split split, int t, double[] absolute) {
    Statistics train = split.train();
    RegularizationPath.Recorder recorder = new RegularizationPath.Recorder(absolute, 0);
    for (double lambda : absolute) {
      double[] weights = solve(train, t, lambda);
      double bias = train.bias(t, weights);
      double error = split.validation().error(t, weights, bias);
      int size = SparseVector.support(weights).length;
      if (recorder.add(train.error(t, weights, bias), error, Double.NaN, size)) {
        recorder.keep(weights, bias);
      }
    }
    return recorder.path();
  }

  /**
   * An eigendecomposition of G.
   *
   * @param values eigenvalues
   * @param vectors eigenvectors, one a row
   */
  private record Spectrum(double[] values, double[][] vectors) {

    static Spectrum of(Gram matrix) {
      int d = matrix.units();
      DMatrixRMaj gram = new DMatrixRMaj(d, d);
      for (int j = 0; j < d; j++) {
        System.arraycopy(matrix.row(j), 0, gram.data, j * d, d);
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
