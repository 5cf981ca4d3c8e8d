package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.solve.SpectralPath;
import dev.whence.regress.solve.Spectrum;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Ridge regression, (1/2m)‖y − Xw − b‖² + (λ/2)‖w‖², and its limit at λ → 0, the least-squares
 * solution of least norm.
 *
 * <p>With at most {@value #FACTORISED} units or at most as many runs, G is factorised once, and its
 * eigenvectors give the weights of every target at every λ: w = Q(Λ + λ)⁻¹Qᵀc ({@link Spectrum}).
 * Otherwise {@link KrylovRidge} solves.
 */
public final class RidgeEstimator implements Estimator {

  /**
   * Largest rank of G at which G is factorised; above it the factorisation takes minutes, then
   * hours.
   */
  static final int FACTORISED = 1000;

  private static final int MOST_SPECTRA = 32;
  private static final double LARGEST = 1e2;
  private static final double SMALLEST = 1e-4;

  private final double[] lambdas;
  private final boolean relative;

  /**
   * Spectra of the Gram matrices used last: of the matrices that all targets share, and of the
   * matrices of single targets in S.
   */
  private final Map<Gram, Spectrum> spectra = lastUsed();

  private final Map<SpectralPath.Grams, SpectralPath> paths = lastUsed();

  private static <K, V> Map<K, V> lastUsed() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(MOST_SPECTRA, 1, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST_SPECTRA;
          }
        });
  }

  /**
   * Makes the estimator.
   *
   * @param lambdas the λ, from the largest to the smallest
   * @param relative whether {@code lambdas} are multiples of the mean of G's eigenvalues
   */
  private RidgeEstimator(double[] lambdas, boolean relative) {
    this.lambdas = lambdas;
    this.relative = relative;
  }

  /**
   * Returns ridge regression with λ from 100 down to 10⁻⁴ times the mean of G's eigenvalues.
   *
   * @param options gives the number of λ
   */
  static RidgeEstimator ridge(PathOptions options) {
    int n = options.lambdas();
    return new RidgeEstimator(
        IntStream.range(0, n)
            .mapToDouble(
                k -> LARGEST * Math.pow(SMALLEST / LARGEST, n == 1 ? 0.5 : (double) k / (n - 1)))
            .toArray(),
        true);
  }

  /** Returns ridge regression at {@code lambdas}, given from the largest to the smallest. */
  static RidgeEstimator atLambdas(double... lambdas) {
    return new RidgeEstimator(lambdas, false);
  }

  /**
   * Returns ordinary least squares, which is ridge regression at λ = 0: the solution of least norm.
   */
  static RidgeEstimator ols() {
    return atLambdas(0);
  }

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    double scale = relative ? problem.all().gram().meanEigenvalue() : 1;
    double[] absolute = Arrays.stream(lambdas).map(l -> l * scale).toArray();
    if (Spectrum.mostRank(problem.all().gram()) > FACTORISED) {
      return new KrylovRidge(absolute).fit(problem, parallel, task);
    }
    SpectralPath[] splits = new SpectralPath[problem.splits().size()];
    parallel.forEach(splits.length, s -> splits[s] = path(problem.splits().get(s), parallel));
    Spectrum all = spectrum(problem.all().gram(), parallel);
    Datamodel[] models = new Datamodel[problem.targets()];
    parallel.forEach(
        models.length,
        t -> {
          models[t] = fit(problem, t, all, List.of(splits), absolute);
          task.step(1);
        });
    return List.of(models);
  }

  /**
   * Returns the value of {@code key} in {@code cache}, or computes and caches it; unlike
   * computeIfAbsent, several threads compute at once.
   */
  private static <K, V> V cached(Map<K, V> cache, K key, Function<K, V> compute) {
    V known = cache.get(key);
    V value = known == null ? compute.apply(key) : known;
    cache.put(key, value);
    return value;
  }

  private Spectrum spectrum(Gram gram, Parallel parallel) {
    return cached(spectra, gram, of -> Spectrum.of(of, parallel));
  }

  private SpectralPath path(Problem.Split split, Parallel parallel) {
    return cached(
        paths,
        SpectralPath.Grams.of(split),
        grams -> SpectralPath.of(grams, spectrum(grams.train(), parallel), parallel));
  }

  private static Datamodel fit(
      Problem problem, int t, Spectrum all, List<SpectralPath> splits, double[] lambdas) {
    List<RegularizationPath> followed =
        IntStream.range(0, splits.size())
            .mapToObj(s -> splits.get(s).follow(problem.splits().get(s), t, lambdas))
            .toList();
    RegularizationPath path = followed.getLast();
    if (followed.size() > 1) {
      Statistics train = problem.splits().getLast().train();
      RegularizationPath mean = RegularizationPath.mean(followed, lambdas);
      double[] weights = weights(splits.getLast().spectrum(), train, t, mean.lambda());
      path = mean.with(weights, train.bias(t, weights));
    }
    double[] weights = weights(all, problem.all(), t, path.lambda());
    return new Datamodel(weights, problem.all().bias(t, weights), path.lambda(), Double.NaN, path);
  }

  private static double[] weights(Spectrum spectrum, Statistics runs, int t, double lambda) {
    double[] c = runs.moments().get(t).covariance();
    double[] rotated = spectrum.solve(spectrum.rotate(c), lambda);
    return runs.gram().withoutConstants(spectrum.back(rotated, c.length));
  }
}
