package dev.whence.regress;

import dev.whence.linalg.BitColumns;
import dev.whence.linalg.CountKernels;
import dev.whence.linalg.KernelChoice;
import dev.whence.linalg.Parallel;
import dev.whence.store.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
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

  /** The moments over all runs without its unit, for each target. */
  private final List<Moments> moments;

  private final List<Penalty> penalties;

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
    moments = together(problem.parts().stream().map(Statistics::moments).toList());
    penalties = each(t -> estimator.penalties().of(problem, t).without(units[t], problem.units()));
  }

  private <T> List<T> each(IntFunction<T> of) {
    return IntStream.range(0, units.length).mapToObj(of).toList();
  }

  /** Returns the moments over all runs without each target's unit, of those over each part. */
  private List<Moments> together(List<List<Moments>> parts) {
    return each(
        t -> {
          Moments sum = parts.getFirst().get(t);
          Gram gram = restricted.getFirst().get(t);
          for (int p = 1; p < parts.size(); p++) {
            Gram other = restricted.get(p).get(t);
            sum = sum.plus(parts.get(p).get(t), gram, other);
            gram = gram.plus(other);
          }
          return sum;
        });
  }

  /** Returns the datamodels; one whose gap did not become small enough says so by its gap. */
  List<Datamodel> fit(double tolerance) {
    LassoEstimator rough =
        new LassoEstimator(
            estimator.options().atLeast(ROUGH), (of, t) -> penalties.get(t), estimator.free());
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

  /** Expands around the solutions at the λ chosen until their gaps are small enough. */
  private List<Datamodel> refine(List<Datamodel> chosen, double tolerance) {
    List<double[]> weights = new ArrayList<>(chosen.stream().map(Datamodel::weights).toList());
    for (int pass = 0; ; pass++) {
      List<Moments> own = together(outputs(weights));
      List<Datamodel> models = each(t -> model(t, chosen.get(t), weights.get(t), own.get(t)));
      int[] open =
          IntStream.range(0, units.length).filter(t -> models.get(t).gap() > tolerance).toArray();
      if (open.length == 0 || pass == MOST_PASSES) {
        return models;
      }
      Gram gram = problem.all().gram();
      Statistics all = expanded(gram, moments, linear(gram, weights), own);
      List<Lasso> solvers = new ArrayList<>();
      for (int t : open) {
        double close = Math.max(tolerance / 4, models.get(t).gap() * 1e-4);
        Lasso solver = new Lasso(all, penalties.get(t), estimator.free());
        solvers.add(solver.target(t, weights.get(t)).begin(chosen.get(t).lambda(), close));
      }
      Lockstep.run(solvers, gram.panels(), parallel);
      for (int i = 0; i < open.length; i++) {
        weights.set(open[i], solvers.get(i).weights().clone());
        solvers.get(i).close();
      }
    }
  }

  /**
   * Returns a datamodel with its duality gap on the runs without the unit, relative to the outputs'
   * variance.
   *
   * @param own the moments of X_u·w
   */
  private Datamodel model(int t, Datamodel chosen, double[] weights, Moments own) {
    RegularizationPath path = chosen.path();
    Moments target = moments.get(t);
    Certificate certificate = new Certificate(target.variance(), path.lambda(), penalties.get(t));
    for (int j = 0; j < weights.length; j++) {
      double c = target.covariance()[j];
      certificate.add(j, c, weights[j], c - own.covariance()[j]);
    }
    double gap = target.variance() == 0 ? 0 : certificate.gap() / target.variance();
    double early =
        problem.splits().getLast().train().moments().get(t).mean()
            - trained(t).mean(path.weights());
    return new Datamodel(
        weights, target.mean() - own.mean(), path.lambda(), gap, path.with(path.weights(), early));
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
    List<List<Moments>> own = outputs(weights);
    List<Statistics> parts = new ArrayList<>();
    Statistics shared = null;
    for (int p = 0; p < masks.length; p++) {
      Statistics part = problem.part(p);
      Statistics linear = new Statistics(part.gram(), linear(part.gram(), weights));
      parts.add(expanded(part.gram(), part.moments(), linear.moments(), own.get(p)));
      shared = shared == null ? linear : shared.plus(linear);
    }
    Problem expanded = Problem.of(parts, problem.splits().size() > 1);
    Gram gram = problem.all().gram();
    List<Moments> linear = Objects.requireNonNull(shared).moments();
    return new Problem(
        expanded.parts(), expanded.splits(), expanded(gram, moments, linear, together(own)));
  }

  /**
   * Returns statistics with a Gram matrix that have the squared errors of others at some weights.
   *
   * @param others moments of the targets' outputs
   * @param shared moments of X·w, on the runs of {@code gram}
   * @param own moments of X_u·w, on those of {@code others}
   */
  private Statistics expanded(
      Gram gram, List<Moments> others, List<Moments> shared, List<Moments> own) {
    return new Statistics(gram, each(t -> others.get(t).moved(own.get(t), shared.get(t))));
  }

  /** Returns the moments of the outputs X·w over the runs of {@code gram}, for each w. */
  private List<Moments> linear(Gram gram, List<double[]> weights) {
    double[][] products = GramProduct.all(gram, weights, parallel);
    return each(
        t -> {
          double[] w = weights.get(t);
          double variance = 0;
          for (int j = 0; j < w.length; j++) {
            variance += w[j] * products[t][j];
          }
          return new Moments(products[t], variance, gram.mean(w));
        });
  }

  /** Returns the moments of the outputs X_u·w over each part's runs without the target's unit. */
  private List<List<Moments>> outputs(List<double[]> weights) {
    List<List<Moments>> parts = new ArrayList<>();
    for (int p = 0; p < masks.length; p++) {
      List<Moments> part = new ArrayList<>();
      for (int first = 0; first < units.length; first += SumsStore.CHUNK) {
        int end = Math.min(first + SumsStore.CHUNK, units.length);
        TargetSums sums = new TargetSums(problem.units(), new float[end - first]);
        int[] without = Arrays.copyOfRange(units, first, end);
        add(sums, masks[p], weights.subList(first, end), without);
        for (int t = first; t < end; t++) {
          part.add(sums.moments(t - first, restricted.get(p).get(t).counts()));
        }
      }
      parts.add(part);
    }
    return parts;
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
    double work = (double) x.rows() * x.columns() * units.length; // all groups of a pass
    CountKernels kernels = KernelChoice.sums(work * MOST_PASSES);
    for (int first = 0; first < x.rows(); first += TargetSums.SLAB) {
      int from = first;
      int rows = Math.min(TargetSums.SLAB, x.rows() - first);
      sums.add(x, first, rows, (i, t) -> predictions[t][from + i], without, kernels, parallel);
    }
  }
}
