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
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
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

  /** Targets solved together: each holds a part of G, which is larger the more units there are. */
  private static final int FEW = 32;

  private static final int MANY = 256;
  private static final int LARGE = 1 << 14;

  /** Gap to which paths are refined that are only to be expanded around. */
  private static final double ROUGH = 1e-4;

  /** Paths followed, each around what the one before chose, while any target's error changes. */
  private static final int MOST_PATHS = 10;

  /** Part of a validation error that it may change by and count as settled. */
  private static final double NEAR = 0.01;

  /**
   * Part of a tolerance that the sums of predictions may leave out of their norm: rounding knows
   * nothing of which units a run holds, so that gradients differ by far less.
   */
  private static final double SHARE = 0.5;

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

  /** Returns a list, that may be changed, of something for each target. */
  private <T> List<T> each(IntFunction<T> of) {
    return IntStream.range(0, units.length)
        .mapToObj(of)
        .collect(Collectors.toCollection(ArrayList::new));
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

  /** Returns how many targets to solve together. */
  static int together(int units) {
    return units > LARGE ? FEW : MANY;
  }

  /** Returns the solver of these targets alone. */
  private InTrainLasso of(int[] targets) {
    int[] theirs = IntStream.of(targets).map(t -> units[t]).toArray();
    return new InTrainLasso(problem.of(targets), theirs, masks, estimator, parallel);
  }

  /** Returns the datamodels; one whose gap did not become small enough says so by its gap. */
  List<Datamodel> fit(double tolerance) {
    List<Datamodel> chosen = settle(follow(problem), MOST_PATHS - 1);
    List<double[]> weights = chosen.stream().map(Datamodel::weights).toList();
    Statistics all = problem.all();
    double[][] products = GramProduct.all(all.gram(), weights, parallel);
    List<Lasso> solvers =
        each(
            t ->
                new Lasso(all, penalties.get(t), estimator.free())
                    .target(t, weights.get(t))
                    .moments(all.moments().get(t), products[t]));
    List<Datamodel> refined = refine(chosen, solvers, tolerance, MOST_PASSES);
    solvers.forEach(Lasso::close);
    return refined;
  }

  /** Follows rough paths with the given statistics. */
  private List<Datamodel> follow(Problem of) {
    PathOptions rough = estimator.options().atLeast(ROUGH);
    return new LassoEstimator(rough, (same, t) -> penalties.get(t), estimator.free())
        .fit(of, parallel, Progress.NONE.start("", 0, ""));
  }

  /** Follows paths around what the ones before chose, of targets whose choice still moves. */
  private List<Datamodel> settle(List<Datamodel> before, int paths) {
    List<double[]> weights = before.stream().map(model -> model.path().weights()).toList();
    List<Datamodel> after = new ArrayList<>(follow(expand(weights)));
    int[] open = which(t -> !near(before.get(t).path(), after.get(t).path()));
    if (open.length > 0 && paths > 1) {
      put(after, open, of(open).settle(pick(after, open), paths - 1));
    }
    return after;
  }

  /** Returns whether two paths choose the same λ, with nearly the same error. */
  private static boolean near(RegularizationPath a, RegularizationPath b) {
    double error = a.validationErrors()[a.best()];
    return a.best() == b.best() && Math.abs(error - b.validationErrors()[b.best()]) <= NEAR * error;
  }

  /** Expands around the solvers' weights, at the λ chosen, until their gaps are small enough. */
  private List<Datamodel> refine(
      List<Datamodel> chosen, List<Lasso> solvers, double tolerance, int passes) {
    List<double[]> weights = solvers.stream().map(solver -> solver.weights().clone()).toList();
    List<Moments> own = together(outputs(weights, tolerance * SHARE));
    List<Datamodel> models = each(t -> model(t, chosen.get(t), weights.get(t), own.get(t)));
    int[] open = which(t -> models.get(t).gap() > tolerance);
    if (open.length > 0 && passes > 1) {
      InTrainLasso rest = of(open);
      List<Lasso> theirs = pick(solvers, open);
      rest.solve(pick(models, open), theirs, pick(own, open), tolerance);
      put(models, open, rest.refine(pick(chosen, open), theirs, tolerance, passes - 1));
    }
    return models;
  }

  /** Solves around the weights of {@code models}, where the solvers are. */
  private void solve(
      List<Datamodel> models, List<Lasso> solvers, List<Moments> own, double tolerance) {
    Gram gram = problem.all().gram();
    for (int t = 0; t < units.length; t++) {
      Lasso solver = solvers.get(t);
      double[] product = solver.product();
      Moments around =
          moments.get(t).moved(own.get(t), linear(gram, models.get(t).weights(), product));
      double close = Math.max(tolerance / 4, models.get(t).gap() * 1e-4);
      solver.moments(around, product).begin(models.get(t).lambda(), close);
    }
    Lockstep.run(solvers, parallel);
  }

  private int[] which(IntPredicate targets) {
    return IntStream.range(0, units.length).filter(targets).toArray();
  }

  private static <T> List<T> pick(List<T> all, int[] some) {
    return IntStream.of(some).mapToObj(all::get).toList();
  }

  private static <T> void put(List<T> all, int[] some, List<T> values) {
    for (int i = 0; i < some.length; i++) {
      all.set(some[i], values.get(i));
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
    List<List<Moments>> own = outputs(weights, ROUGH * SHARE);
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
    return each(t -> linear(gram, weights.get(t), products[t]));
  }

  /** Returns the moments of the outputs X·w, of which G·w is known. */
  private static Moments linear(Gram gram, double[] w, double[] product) {
    double variance = 0;
    for (int j = 0; j < w.length; j++) {
      variance += w[j] * product[j];
    }
    return new Moments(product, variance, gram.mean(w));
  }

  /**
   * Returns the moments of the outputs X_u·w over each part's runs without the target's unit.
   *
   * @param coarse part of the outputs' norm that sums may leave out
   */
  private List<List<Moments>> outputs(List<double[]> weights, double coarse) {
    List<List<Moments>> parts = new ArrayList<>();
    for (int p = 0; p < masks.length; p++) {
      List<Moments> part = new ArrayList<>();
      for (int first = 0; first < units.length; first += SumsStore.CHUNK) {
        int end = Math.min(first + SumsStore.CHUNK, units.length);
        int[] without = Arrays.copyOfRange(units, first, end);
        TargetSums sums = sums(masks[p], weights.subList(first, end), without, coarse);
        for (int t = first; t < end; t++) {
          part.add(sums.moments(t - first, restricted.get(p).get(t).counts()));
        }
      }
      parts.add(part);
    }
    return parts;
  }

  /** Returns the sums over the runs of {@code x}, whose outputs are X·w. */
  private TargetSums sums(BitColumns x, List<double[]> weights, int[] without, double coarse) {
    double work = (double) x.rows() * x.columns() * units.length; // all groups of a pass
    CountKernels kernels = KernelChoice.sums(work * MOST_PASSES);
    double[][] predictions = x.products(weights, kernels, parallel);
    float[] offsets = new float[predictions.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (float) predictions[i][0];
    }
    TargetSums sums = new TargetSums(problem.units(), offsets, coarse);
    for (int first = 0; first < x.rows(); first += TargetSums.SLAB) {
      int from = first;
      int rows = Math.min(TargetSums.SLAB, x.rows() - first);
      sums.add(x, first, rows, (i, t) -> predictions[t][from + i], without, kernels, parallel);
    }
    return sums;
  }
}
