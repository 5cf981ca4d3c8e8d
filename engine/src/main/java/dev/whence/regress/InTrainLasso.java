package dev.whence.regress;

import dev.whence.linalg.BitColumns;
import dev.whence.linalg.CountKernels;
import dev.whence.linalg.KernelChoice;
import dev.whence.linalg.Parallel;
import dev.whence.store.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Solves targets that are in S, each on the runs without it, with the Gram matrix of all runs.
 *
 * <p>The Gram matrix G_u of the runs without unit u is that of all, G, up to sampling noise. Around
 * given weights w₀ the restricted quadratic is that of G with c + (G − G_u)w₀ in place of c and v +
 * w₀ᵀ(G − G_u)w₀ in place of v: exact in value and gradient at w₀. So paths are followed again,
 * each around what the one before chose; then the solution at the λ chosen is expanded around
 * itself until its exact duality gap is small enough. G_u·w₀ = c of the outputs X_u·w₀, a masked
 * sum for many targets at once.
 */
final class InTrainLasso {

  /** Gap to which paths are refined that are only to be expanded around. */
  private static final double ROUGH = 1e-4;

  /** Paths followed, each around what the one before chose, while any target's error changes. */
  private static final int MOST_PATHS = 10;

  /** Part of a validation error that it may change by and count as settled. */
  private static final double NEAR = 0.01;

  private static final int MOST_PASSES = 40;

  private final Problem problem;
  private final int[] units;
  private final BitColumns[] masks;
  private final LassoEstimator estimator;
  private final Parallel parallel;

  /**
   * For each part and target the Gram matrix of the runs without its unit, but for the counts of
   * pairs.
   */
  private final List<List<Gram>> restricted;

  /** The moments over all runs without its unit, and those runs' Gram matrix, for each target. */
  private final List<Moments> moments = new ArrayList<>();

  private final List<Gram> means = new ArrayList<>();

  /**
   * Makes a solver.
   *
   * @param problem moments over the runs without each target's unit, Gram matrices of all runs
   * @param units which unit each target is
   * @param masks of each part
   */
  InTrainLasso(
      Problem problem,
      int[] units,
      BitColumns[] masks,
      LassoEstimator estimator,
      Parallel parallel) {
    this.problem = problem;
    this.units = units;
    this.masks = masks;
    this.estimator = estimator;
    this.parallel = parallel;
    restricted =
        problem.parts().stream()
            .map(part -> IntStream.of(units).mapToObj(u -> part.gram().without(u)).toList())
            .toList();
    for (int t = 0; t < units.length; t++) {
      Moments sum = problem.part(0).moments().get(t);
      Gram gram = restricted.getFirst().get(t);
      for (int p = 1; p < restricted.size(); p++) {
        Gram other = restricted.get(p).get(t);
        sum = sum.plus(problem.part(p).moments().get(t), gram, other);
        gram = gram.plus(other);
      }
      moments.add(sum);
      means.add(gram);
    }
  }

  /** Returns the datamodels; one whose gap did not become small enough says so by its gap. */
  List<Datamodel> fit(double tolerance) {
    LassoEstimator rough =
        new LassoEstimator(estimator.options().atLeast(ROUGH), this::penalty, estimator.free());
    Progress.Task silent = Progress.NONE.start("", 0, "");
    List<Datamodel> chosen = rough.fit(problem, parallel, silent);
    boolean settled = false;
    for (int path = 1; path < MOST_PATHS && !settled; path++) {
      Problem around = expand(chosen.stream().map(model -> model.path().weights()).toList());
      List<Datamodel> again = rough.fit(around, parallel, silent);
      settled = true;
      for (int t = 0; t < units.length; t++) {
        settled &= near(chosen.get(t).path(), again.get(t).path());
      }
      chosen = again;
    }
    return refine(chosen, tolerance);
  }

  /** Returns whether two paths choose the same λ, with nearly the same error. */
  private static boolean near(RegularizationPath a, RegularizationPath b) {
    double error = a.validationErrors()[a.best()];
    return a.best() == b.best() && Math.abs(error - b.validationErrors()[b.best()]) <= NEAR * error;
  }

  private Penalty penalty(Problem of, int t) {
    return estimator.penalties().of(problem, t).without(units[t], of.units());
  }

  /** Expands around the solutions at the λ chosen until their gaps are small enough. */
  private List<Datamodel> refine(List<Datamodel> chosen, double tolerance) {
    List<double[]> weights = new ArrayList<>(chosen.stream().map(Datamodel::weights).toList());
    double[] gaps = new double[units.length];
    for (int pass = 0; ; pass++) {
      Statistics all = expandAll(weights);
      List<Lasso> solvers = new ArrayList<>();
      List<Integer> open = new ArrayList<>();
      double[][] products = GramProduct.all(all.gram(), weights, parallel);
      for (int t = 0; t < units.length; t++) {
        double lambda = chosen.get(t).lambda();
        Penalty penalty = penalty(problem, t);
        double[] c = all.moments().get(t).covariance();
        gaps[t] = gap(t, lambda, penalty, c, weights.get(t), products[t]);
        if (gaps[t] > tolerance && pass < MOST_PASSES) {
          open.add(t);
          Lasso solver = new Lasso(all, penalty, estimator.free()).target(t, weights.get(t));
          solvers.add(solver.begin(lambda, Math.max(tolerance / 4, gaps[t] * 1e-4)));
        }
      }
      if (open.isEmpty()) {
        return models(chosen, weights, gaps);
      }
      Lockstep.run(solvers, all.gram().panels(), parallel);
      for (int i = 0; i < open.size(); i++) {
        weights.set(open.get(i), solvers.get(i).weights().clone());
        solvers.get(i).close();
      }
    }
  }

  /** Returns the duality gap on the runs without the unit, relative to the outputs' variance. */
  private double gap(
      int t, double lambda, Penalty penalty, double[] c, double[] weights, double[] product) {
    Moments own = moments.get(t);
    if (own.variance() == 0) {
      return 0;
    }
    Certificate certificate = new Certificate(own.variance(), lambda, penalty);
    for (int j = 0; j < weights.length; j++) {
      if (j != units[t]) {
        certificate.add(j, own.covariance()[j], weights[j], c[j] - product[j]);
      }
    }
    return certificate.gap() / own.variance();
  }

  private List<Datamodel> models(List<Datamodel> chosen, List<double[]> weights, double[] gaps) {
    List<Datamodel> models = new ArrayList<>();
    for (int t = 0; t < units.length; t++) {
      RegularizationPath path = chosen.get(t).path();
      double bias = moments.get(t).mean() - means.get(t).mean(weights.get(t));
      double early =
          problem.splits().getLast().train().moments().get(t).mean()
              - trained(t).mean(path.weights());
      models.add(
          new Datamodel(
              weights.get(t), bias, path.lambda(), gaps[t], path.with(path.weights(), early)));
    }
    return models;
  }

  /** Returns the Gram matrix of the last split's training runs without the unit, but for pairs. */
  private Gram trained(int t) {
    return restricted.subList(0, restricted.size() - 1).stream()
        .map(part -> part.get(t))
        .reduce(Gram::plus)
        .orElseThrow();
  }

  /** Returns the restricted problem around some weights, one vector for each target. */
  private Problem expand(List<double[]> weights) {
    List<Statistics> parts = new ArrayList<>();
    for (int p = 0; p < masks.length; p++) {
      Statistics part = problem.part(p);
      double[][] shared = GramProduct.all(part.gram(), weights, parallel);
      double[][] own = restrictedProducts(p, weights);
      List<Moments> expanded = new ArrayList<>();
      for (int t = 0; t < units.length; t++) {
        expanded.add(
            shifted(
                part.moments().get(t),
                part.gram(),
                restricted.get(p).get(t),
                shared[t],
                own[t],
                weights.get(t)));
      }
      parts.add(new Statistics(part.gram(), expanded));
    }
    Problem expanded = Problem.of(parts, problem.splits().size() > 1);
    return new Problem(expanded.parts(), expanded.splits(), expandAll(weights));
  }

  /** Returns the restricted statistics of all runs around some weights. */
  private Statistics expandAll(List<double[]> weights) {
    Gram gram = problem.all().gram();
    double[][] shared = GramProduct.all(gram, weights, parallel);
    double[][] own = restrictedProducts(-1, weights);
    List<Moments> sums = new ArrayList<>();
    for (int t = 0; t < units.length; t++) {
      sums.add(shifted(moments.get(t), gram, means.get(t), shared[t], own[t], weights.get(t)));
    }
    return new Statistics(gram, sums);
  }

  /**
   * Returns the moments that the runs of {@code gram} are to have for the squared error of those of
   * {@code own} at some weights.
   *
   * @param product G·w
   * @param ownProduct G_u·w
   */
  private static Moments shifted(
      Moments moments,
      Gram gram,
      Gram own,
      double[] product,
      double[] ownProduct,
      double[] weights) {
    double[] difference = new double[product.length];
    Arrays.setAll(difference, j -> product[j] - ownProduct[j]);
    return moments.shifted(difference, gram.mean(weights) - own.mean(weights), weights);
  }

  /** Returns G_u·w for each target over a part's runs without its unit, or over all such runs. */
  private double[][] restrictedProducts(int part, List<double[]> weights) {
    double[][] results = new double[units.length][];
    for (int first = 0; first < units.length; first += SumsStore.CHUNK) {
      int n = Math.min(SumsStore.CHUNK, units.length - first);
      int[] without = Arrays.copyOfRange(units, first, first + n);
      TargetSums sums = new TargetSums(problem.units(), new float[n]);
      for (int p = 0; p < masks.length; p++) {
        if (part < 0 || p == part) {
          add(sums, masks[p], weights.subList(first, first + n), without);
        }
      }
      for (int i = 0; i < n; i++) {
        Gram gram = part < 0 ? means.get(first + i) : restricted.get(part).get(first + i);
        results[first + i] = sums.moments(i, gram.counts()).covariance();
      }
    }
    return results;
  }

  /** Adds the runs of {@code x}, whose outputs are X·w. */
  private void add(TargetSums sums, BitColumns x, List<double[]> weights, int[] without) {
    double[][] predictions = new double[weights.size()][x.rows()];
    parallel.forEach(
        predictions.length,
        i -> {
          for (int j : Statistics.support(weights.get(i))) {
            x.addColumn(j, weights.get(i)[j], predictions[i]);
          }
        });
    double work = (double) x.rows() * x.columns() * weights.size();
    CountKernels kernels = KernelChoice.sums(work);
    for (int first = 0; first < x.rows(); first += TargetSums.SLAB) {
      int from = first;
      int rows = Math.min(TargetSums.SLAB, x.rows() - first);
      sums.add(x, first, rows, (i, t) -> predictions[t][from + i], without, kernels, parallel);
    }
  }
}
