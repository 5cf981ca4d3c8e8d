package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.BitColumns;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import dev.whence.regress.gram.Lockstep;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Certificate;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.RestrictedRuns;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Solves LASSOs of targets that are in S, each on the runs without the target's unit, but with the
 * Gram matrix of all runs.
 *
 * <p>The Gram matrix G_u of the runs without unit u equals the Gram matrix G of all runs up to
 * sampling noise. Around given weights w₀ the quadratic objective over the runs without u is the
 * objective of G with c + (G − G_u)w₀ in place of c and v + w₀ᵀ(G − G_u)w₀ in place of v: exact in
 * value and gradient at w₀. The problem is then said to be expanded around w₀.
 *
 * <p>So a first path is followed roughly, for weights near the solution. Further paths, each
 * expanded around the weights of the path before, choose λ. Then the solution at this λ is expanded
 * around itself until its exact duality gap is small enough. The product G_u·w₀ is the c of the
 * outputs X_u·w₀, a masked sum that is computed for many targets at once.
 */
final class InTrainLasso {

  /** Relative duality gap to which the first, rough path is followed. */
  private static final double FIRST_GAP = 3e-3;

  /** Number of λ beyond the best λ to which the first, rough path is followed. */
  private static final int FIRST_PATIENCE = 1;

  /** Relative duality gap to which the paths that choose λ are followed. */
  private static final double GAP = 1e-3;

  /**
   * Number of λ beyond the best λ to which the paths that choose λ are followed, unless the options
   * have a smaller patience; few, because on half of the runs units enter by the thousand.
   */
  private static final int PATIENCE = 3;

  /** Largest number of paths of a target, each expanded around the weights of the path before. */
  private static final int MOST_PATHS = 10;

  /**
   * Largest sampling noise left in a path, as a fraction of the path's validation error, at which
   * the path chooses λ and no further path is followed.
   */
  private static final double NOISE = 0.01;

  /**
   * Relative duality gap of the first solution at the chosen λ, around whose weights the problem is
   * then expanded.
   */
  private static final double NEAR = 1e-4;

  /**
   * Fraction of the tolerance: the sums X_uᵀ(X_u·w) are rounded with an error of up to
   * SHARE·tolerance of their norm. The error is independent of the masks, so the gradient, an
   * average over runs, is off by much less.
   */
  private static final double SHARE = 0.5;

  private static final int MOST_PASSES = 40;

  /** Approximate number of vectors of d doubles that a target needs in memory at once. */
  private static final int VECTORS = 12;

  private final Problem problem;
  private final RestrictedRuns runs;
  private final LassoEstimator estimator;
  private final Parallel parallel;

  /**
   * For each target c, v and ȳ ({@link Moments}) over the runs of all parts that lack the target's
   * unit.
   */
  private final List<Moments> moments;

  private final List<Penalty> penalties;

  /**
   * Makes a solver.
   *
   * @param problem moments of each target over the runs without the target's unit, beside the Gram
   *     matrices of all runs
   * @param units index of each target's unit, [targets]
   * @param masks masks of all runs of each part
   * @param estimator the LASSO, with its path and penalties
   */
  InTrainLasso(
      Problem problem,
      int[] units,
      BitColumns[] masks,
      LassoEstimator estimator,
      Parallel parallel) {
    this.problem = problem;
    this.estimator = estimator;
    this.parallel = parallel;
    runs = RestrictedRuns.of(problem.parts().stream().map(Statistics::gram).toList(), units, masks);
    moments = runs.together(problem.parts().stream().map(Statistics::moments).toList());
    penalties = each(t -> estimator.penalties().of(problem, t).without(units[t], problem.units()));
  }

  private InTrainLasso(InTrainLasso all, int[] targets) {
    problem = all.problem.forTargets(targets);
    estimator = all.estimator;
    parallel = all.parallel;
    runs = all.runs.forTargets(targets);
    moments = pick(all.moments, targets);
    penalties = pick(all.penalties, targets);
  }

  /** Returns a list that can be changed, of {@code of.apply(t)} for each target t. */
  private <T> List<T> each(IntFunction<T> of) {
    return IntStream.range(0, problem.targets())
        .mapToObj(of)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private int[] which(IntPredicate targets) {
    return IntStream.range(0, problem.targets()).filter(targets).toArray();
  }

  private static <T> List<T> pick(List<T> all, int[] some) {
    return IntStream.of(some).mapToObj(all::get).toList();
  }

  /**
   * Returns the datamodel of each target; its relative gap says whether it reached {@code
   * tolerance}.
   *
   * @param task progress, of which each target that reached the tolerance is one step
   */
  List<Datamodel> fit(double tolerance, Progress.Task task) {
    PathOptions rough = estimator.options().rough(FIRST_GAP, FIRST_PATIENCE);
    // These first paths have their own list of free tiles: they are small, and the estimate of the
    // memory that later paths need must not be based on them.
    List<Settled> settled = settle(follow(problem, rough, new SubGram.Tiles()), MOST_PATHS - 1);
    List<Moments> around = settled.stream().map(Settled::around).toList();
    Statistics expanded = new Statistics(problem.all().gram(), around);
    List<Lasso> solvers =
        each(
            t -> {
              RegularizationPath path = settled.get(t).path;
              return new Lasso(expanded, penalties.get(t), estimator.free())
                  .target(t, path.weights())
                  .begin(path.lambda(), NEAR);
            });
    return refine(settled.stream().map(Settled::path).toList(), solvers, tolerance, task);
  }

  private List<RegularizationPath> follow(Problem of, PathOptions options, SubGram.Tiles free) {
    long vectors = (long) VECTORS * of.targets() * of.units() * Double.BYTES;
    return new LassoEstimator(options, (same, t) -> penalties.get(t), free)
        .paths(of, runs.bytes() + vectors, parallel);
  }

  /**
   * A path that chose λ, of one target.
   *
   * @param around the target's moments, expanded around the weights of the path before, for use
   *     with the Gram matrix of all runs
   */
  private record Settled(RegularizationPath path, Moments around) {}

  /**
   * Follows, for each target, a path expanded around the weights of the path before, then a path
   * expanded around its weights, and so on, until the sampling noise left is small or {@code paths}
   * paths are followed; returns the last path of each target.
   *
   * @param before first path of each target
   */
  private List<Settled> settle(List<RegularizationPath> before, int paths) {
    Problem expanded = expand(before.stream().map(RegularizationPath::weights).toList());
    PathOptions options = estimator.options();
    options = options.rough(GAP, Math.min(PATIENCE, options.patience()));
    List<RegularizationPath> after = follow(expanded, options, estimator.free());
    List<Settled> settled = each(t -> new Settled(after.get(t), expanded.all().moments().get(t)));
    int[] open = which(t -> noise(before.get(t), after.get(t)) > NOISE);
    if (open.length > 0 && paths > 1) {
      List<Settled> rest = new InTrainLasso(this, open).settle(pick(after, open), paths - 1);
      for (int i = 0; i < open.length; i++) {
        settled.set(open[i], rest.get(i));
      }
    }
    return settled;
  }

  /**
   * Returns the sampling noise left in the path {@code after}, which was expanded around the
   * weights w₀ of {@code before}, as a fraction of its validation error. The noise (G − G_u)(w −
   * w₀) makes gradients vary as noise of variance Σ_j G_jj·(w − w₀)_j²/2 in the outputs would, if
   * half of the runs lack the unit.
   */
  private double noise(RegularizationPath before, RegularizationPath after) {
    Gram gram = problem.all().gram();
    double moved = 0;
    for (int j = 0; j < gram.units(); j++) {
      double change = after.weights()[j] - before.weights()[j];
      moved += change == 0 ? 0 : change * change * gram.curvature(j) / gram.runs();
    }
    return moved / 2 / after.validationErrors()[after.best()];
  }

  /**
   * Solves each target at its chosen λ, each time expanded around the weights of the solution
   * before, until its relative gap is at most {@code tolerance} or {@value #MOST_PASSES} solutions
   * are made. Returns the datamodels.
   *
   * @param paths path of each target, which chose λ
   * @param solvers solver of each target, begun at the chosen λ
   */
  private List<Datamodel> refine(
      List<RegularizationPath> paths, List<Lasso> solvers, double tolerance, Progress.Task task) {
    Datamodel[] models = new Datamodel[problem.targets()];
    int[] open = which(t -> true);
    for (int pass = 0; open.length > 0 && pass < MOST_PASSES; pass++) {
      List<Lasso> left = pick(solvers, open);
      Lockstep.run(left, parallel);
      RestrictedRuns theirs = runs.forTargets(open);
      List<double[]> weights = left.stream().map(Lasso::weights).toList();
      List<Moments> own = theirs.together(theirs.outputs(weights, tolerance * SHARE, parallel));
      for (int i = 0; i < open.length; i++) {
        int t = open[i];
        models[t] = model(t, paths.get(t), solvers.get(t).weights(), own.get(i));
        if (models[t].relativeGap() > tolerance) {
          expand(solvers.get(t), t, models[t], own.get(i), tolerance);
        } else if (models[t].relativeGap() <= tolerance) {
          task.step(1);
        }
      }
      open = IntStream.of(open).filter(t -> models[t].relativeGap() > tolerance).toArray();
    }
    solvers.forEach(Lasso::close);
    return List.of(models);
  }

  /**
   * Expands the problem of the solver of target {@code t} around the solver's weights w, and sets
   * the duality gap to reach next.
   *
   * @param own moments of X_u·w over the runs without the target's unit
   */
  private void expand(Lasso solver, int t, Datamodel model, Moments own, double tolerance) {
    double[] product = solver.product();
    Moments shared = linear(problem.all().gram(), model.weights(), product);
    double close = Math.max(tolerance / 4, model.relativeGap() * 1e-4);
    solver.moments(moments.get(t).moved(own, shared), product).begin(model.lambda(), close);
  }

  /**
   * Returns the datamodel of target {@code t} with its duality gap over the runs without the
   * target's unit, relative to the variance of the outputs.
   *
   * @param path path that chose λ
   * @param weights weights w at the chosen λ
   * @param own moments of X_u·w over the runs without the target's unit u
   */
  private Datamodel model(int t, RegularizationPath path, double[] weights, Moments own) {
    Moments target = moments.get(t);
    Certificate certificate = new Certificate(target.variance(), path.lambda(), penalties.get(t));
    for (int j = 0; j < weights.length; j++) {
      double c = target.covariance()[j];
      certificate.add(j, c, weights[j], c - own.covariance()[j]);
    }
    double gap = target.variance() == 0 ? 0 : certificate.gap() / target.variance();
    Gram trained = runs.counts(t, problem.parts().size() - 1); // the training runs
    double early =
        problem.splits().getLast().train().moments().get(t).mean() - trained.mean(path.weights());
    return new Datamodel(
        weights, target.mean() - own.mean(), path.lambda(), gap, path.with(path.weights(), early));
  }

  /**
   * Returns the problem over the runs without each target's unit, expanded around {@code weights}:
   * for use with the Gram matrices of all runs.
   *
   * @param weights weights of each target, [targets][d]
   */
  private Problem expand(List<double[]> weights) {
    List<List<Moments>> own = runs.outputs(weights, GAP * SHARE, parallel);
    List<Statistics> parts = new ArrayList<>();
    Statistics shared = null;
    for (int p = 0; p < own.size(); p++) {
      Statistics part = problem.part(p);
      Statistics linear = new Statistics(part.gram(), linear(part.gram(), weights));
      parts.add(expanded(part.gram(), part.moments(), linear.moments(), own.get(p)));
      shared = shared == null ? linear : shared.plus(linear);
    }
    Problem expanded = Problem.of(parts, problem.splits().size() > 1);
    List<Moments> linear = Objects.requireNonNull(shared).moments();
    return new Problem(
        expanded.parts(),
        expanded.splits(),
        expanded(problem.all().gram(), moments, linear, runs.together(own)));
  }

  /**
   * Returns statistics, with the Gram matrix {@code gram} of all runs, that at the weights w give
   * the squared error and gradient of the runs without the target's unit u. X_u is X without the
   * runs that hold u.
   *
   * @param others moments of each target's outputs over the runs without u
   * @param shared moments of each target's X·w over all runs
   * @param own moments of each target's X_u·w over the runs without u
   */
  private Statistics expanded(
      Gram gram, List<Moments> others, List<Moments> shared, List<Moments> own) {
    return new Statistics(gram, each(t -> others.get(t).moved(own.get(t), shared.get(t))));
  }

  /**
   * Returns for each target the moments of the predictions X·w, w being the target's weights, over
   * the runs of {@code gram}.
   */
  private List<Moments> linear(Gram gram, List<double[]> weights) {
    double[][] products = GramProduct.all(gram, weights, parallel);
    return each(t -> linear(gram, weights.get(t), products[t]));
  }

  /**
   * Returns the moments of the predictions X·w over the runs of {@code gram}: Gw, wᵀGw and μᵀw.
   *
   * @param product G·w, [d]
   */
  private static Moments linear(Gram gram, double[] w, double[] product) {
    double variance = 0;
    for (int j = 0; j < w.length; j++) {
      variance += w[j] * product[j];
    }
    return new Moments(product, variance, gram.mean(w));
  }
}
