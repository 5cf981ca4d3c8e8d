package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.Lockstep;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.PathSearch;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The paper's estimator: LASSO with λ chosen for each target (Ilyas et al. 2022, eq. 8 and App.
 * E.1); or the elastic net or adaptive LASSO, with another penalty in its place.
 *
 * @param options the λ of the path, and the tolerances
 * @param penalties gives each target of a problem its penalty
 * @param free list of free tiles for counts of pairs, reused from target to target
 */
record LassoEstimator(PathOptions options, Penalties penalties, SubGram.Tiles free)
    implements Estimator {

  LassoEstimator(PathOptions options, Penalties penalties) {
    this(options, penalties, new SubGram.Tiles());
  }

  /**
   * Number of targets in lockstep for each thread; few, as each target needs memory for the counts
   * of pairs of its variables.
   */
  private static final int PER_THREAD = 8;

  /**
   * Largest number of targets solved in lockstep where G does not fit the caches; 256 exceeded 19
   * GiB at d = 50,000 (docs/decisions/0017).
   */
  private static final int MOST = 224;

  private static final int MANY_PANELS = 256;

  /** Number of targets of the first group, before it is known how much memory a target needs. */
  private static final int FIRST = 64;

  /** Fraction of the memory beside G that the targets' counts of pairs may take. */
  private static final double ROOM = 0.5;

  /** Fraction of λ_max at which the first paths of cross-validation end. */
  private static final double FIRST_END = 0.33;

  /**
   * Fraction of the best λ down to which cross-validation follows paths beyond the best λ, if the
   * path's patience allows.
   */
  private static final double PATIENCE = 0.69;

  /** Gives each target of a problem its penalty. */
  public interface Penalties {
    /**
     * Returns ρ and the factor p_j of each unit in the penalty of target {@code t} of {@code
     * problem}; λ is not part of it.
     */
    Penalty of(Problem problem, int t);
  }

  /** Returns the estimator whose penalty is λ‖w‖₁: ρ = 1, and p_j = 1 for all units. */
  static LassoEstimator lasso(PathOptions options) {
    return new LassoEstimator(options, (problem, t) -> Penalty.LASSO);
  }

  @Override
  public List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    return inGroups(
        problem,
        0,
        (part, penalty, lambdas) ->
            part.splits().size() == 1
                ? validated(part, penalty, lambdas, parallel, task)
                : crossValidated(part, penalty, lambdas, parallel, task));
  }

  /**
   * Returns the path of each target on the training runs, with λ chosen but without a refit on all
   * runs.
   *
   * @param reserved bytes of memory that the caller has in use beside G
   */
  List<RegularizationPath> paths(Problem problem, long reserved, Parallel parallel) {
    return inGroups(
        problem,
        reserved,
        (part, penalty, lambdas) ->
            List.of(
                part.splits().size() == 1
                    ? follow(part.splits().getFirst(), penalty, lambdas, options, parallel, CLOSE)
                    : crossValidate(part, penalty, lambdas, parallel)));
  }

  /** A computation on a group of targets, with one result for each target. */
  private interface Work<T> {
    List<T> on(Problem problem, List<Penalty> penalty, List<double[]> lambdas);
  }

  /**
   * Computes {@code work} for one group of targets after another and returns the results of all
   * targets: all targets are one group where G is small; otherwise a group has as many targets as
   * should fit in memory, judging by the groups before.
   *
   * @param reserved bytes of memory that the caller has in use beside G
   */
  private <T> List<T> inGroups(Problem problem, long reserved, Work<T> work) {
    int n = problem.targets();
    List<Penalty> penalty = targets(n, t -> penalties.of(problem, t));
    List<double[]> lambdas = targets(n, t -> lambdas(problem, t, penalty.get(t)));
    List<T> results = new ArrayList<>();
    while (results.size() < n) {
      int from = results.size();
      int to = Math.min(n, from + group(problem, n, reserved));
      Problem part = problem.forTargets(IntStream.range(from, to).toArray());
      free.begin();
      results.addAll(work.on(part, penalty.subList(from, to), lambdas.subList(from, to)));
      free.end(to - from);
    }
    return results;
  }

  /**
   * Returns the datamodels of targets whose λ is chosen on the problem's only split.
   *
   * @param penalty penalty of each target
   * @param lambdas λ of each target's path
   */
  private List<Datamodel> validated(
      Problem problem,
      List<Penalty> penalty,
      List<double[]> lambdas,
      Parallel parallel,
      Progress.Task task) {
    Problem.Split split = problem.splits().getFirst();
    boolean known = split.makesUp(problem.all());
    Lasso[] refits = new Lasso[problem.targets()];
    Finish finish =
        (t, path, units, train, validation) -> {
          if (known) {
            SubGram together = train.plus(validation, problem.all().gram());
            refits[t] =
                new Lasso(problem.all(), penalty.get(t), free)
                    .target(t, path.weights(), units, together)
                    .begin(path.lambda(), options.tolerance());
          } else {
            train.close();
            validation.close();
            refits[t] = refit(problem, t, penalty.get(t), path);
          }
          task.step(1);
        };
    RegularizationPath[] paths = follow(split, penalty, lambdas, options, parallel, finish);
    // All targets at once: where training and validation runs are all the runs, the refits take
    // over the paths' counts of pairs.
    Lockstep.run(Arrays.asList(refits), parallel);
    return targets(refits.length, t -> model(problem, t, paths[t], refits[t]));
  }

  /**
   * Returns the number of targets whose counts of pairs fit in memory together; n where G is small.
   *
   * @param reserved bytes of memory that the caller has in use beside G
   */
  private int group(Problem problem, int n, long reserved) {
    Gram gram = problem.all().gram();
    long bytes = (long) (ROOM * (Runtime.getRuntime().maxMemory() - gram.bytes() - reserved));
    return gram.panels() > MANY_PANELS ? free.room(bytes, FIRST, MOST) : n;
  }

  private List<Datamodel> crossValidated(
      Problem problem,
      List<Penalty> penalty,
      List<double[]> lambdas,
      Parallel parallel,
      Progress.Task task) {
    int n = problem.targets();
    RegularizationPath[] paths = crossValidate(problem, penalty, lambdas, parallel);
    Lasso[] refits = new Lasso[n];
    Arrays.setAll(refits, t -> refit(problem, t, penalty.get(t), paths[t]));
    task.step(n);
    int together = together(problem.all().gram(), parallel);
    Lockstep.run(Arrays.asList(refits).iterator(), together, parallel);
    return targets(n, t -> model(problem, t, paths[t], refits[t]));
  }

  private Lasso refit(Problem problem, int t, Penalty penalty, RegularizationPath path) {
    return new Lasso(problem.all(), penalty, free)
        .target(t, path.weights())
        .begin(path.lambda(), options.tolerance());
  }

  private static Datamodel model(Problem problem, int t, RegularizationPath path, Lasso refit) {
    double bias = problem.all().bias(t, refit.weights());
    refit.close();
    return new Datamodel(refit.weights(), bias, path.lambda(), refit.relativeGap(), path);
  }

  /**
   * Returns the largest number of targets in lockstep at once; when one target is done, the next
   * begins.
   */
  private static int together(Gram gram, Parallel parallel) {
    return Math.max(PER_THREAD * parallel.threads(), gram.panels() > MANY_PANELS ? MOST : 0);
  }

  private static <T> List<T> targets(int n, IntFunction<T> of) {
    return IntStream.range(0, n).mapToObj(of).toList();
  }

  private double[] lambdas(Problem problem, int t, Penalty penalty) {
    Statistics first =
        problem.splits().size() == 1 ? problem.splits().getFirst().train() : problem.all();
    double max = penalty.lambdaMax(first.moments().get(t).covariance());
    double[] lambdas = new double[options.lambdas()];
    Arrays.setAll(lambdas, k -> options.lambda(max, k));
    return lambdas;
  }

  /**
   * Receives the path of target {@code t} and its counts of pairs, as {@link PathSearch.Finish}
   * does.
   */
  private interface Finish {
    void accept(int t, RegularizationPath path, int[] units, SubGram train, SubGram validation);
  }

  private static final Finish CLOSE =
      (t, path, units, train, validation) -> {
        train.close();
        validation.close();
      };

  private RegularizationPath[] follow(
      Problem.Split split,
      List<Penalty> penalty,
      List<double[]> lambdas,
      PathOptions along,
      Parallel parallel,
      Finish finish) {
    RegularizationPath[] paths = new RegularizationPath[penalty.size()];
    Iterator<PathSearch> searches =
        IntStream.range(0, paths.length)
            .mapToObj(
                t ->
                    new PathSearch(
                        split.train(),
                        split.validation(),
                        t,
                        penalty.get(t),
                        lambdas.get(t),
                        along,
                        free,
                        (path, units, train, validation) -> {
                          paths[t] = path;
                          finish.accept(t, path, units, train, validation);
                        }))
            .iterator();
    Lockstep.run(searches, together(split.train().gram(), parallel), parallel);
    return paths;
  }

  /**
   * Returns the mean path of each target over the splits, with the λ that has the smallest mean
   * error. The paths of a target on all splits have the same length, which grows until the best λ
   * is far enough before their end. Paths are followed again from their start: where runs are fewer
   * than units the last λ of a path cost more than all before them, so that going too far costs
   * more than starting again.
   *
   * @param penalty penalty of each target
   * @param lambdas λ of each target's path
   */
  private RegularizationPath[] crossValidate(
      Problem problem, List<Penalty> penalty, List<double[]> lambdas, Parallel parallel) {
    int most = options.lambdas();
    RegularizationPath[] means = new RegularizationPath[penalty.size()];
    double[][] start = new double[means.length][];
    int[] open = IntStream.range(0, means.length).toArray();
    int patience = Math.min(options.patience(), options.steps(PATIENCE));
    int first = Math.min(most, Math.max(options.steps(FIRST_END), patience + 2));
    int length = patience == 0 ? most : first;
    while (open.length > 0) {
      follow(problem, open, length, penalty, lambdas, means, start, parallel);
      boolean whole = length == most;
      int end = length - 1 - patience;
      open = IntStream.of(open).filter(t -> !whole && means[t].best() > end).toArray();
      length = Math.min(length + 2 * patience, most);
    }
    // The weights that predict the last fold are fitted to the other folds, at the chosen λ.
    Statistics train = problem.splits().getLast().train();
    List<Lasso> last =
        targets(
            means.length,
            t ->
                new Lasso(train, penalty.get(t), free)
                    .target(t, start[t])
                    .begin(means[t].lambda(), options.pathTolerance()));
    Lockstep.run(last, parallel);
    RegularizationPath[] chosen = new RegularizationPath[means.length];
    Arrays.setAll(
        chosen,
        t -> {
          double[] weights = last.get(t).weights();
          last.get(t).close();
          return means[t].with(weights, train.bias(t, weights));
        });
    return chosen;
  }

  /**
   * Follows the paths of some targets on each split, over the first {@code length} λ.
   *
   * @param open indices of the targets to follow
   * @param means receives, at each of these indices, the target's mean path over the splits
   * @param start receives, at each of these indices, the weights at the best λ of the target's path
   *     on the last split, from which a later solution starts
   */
  private void follow(
      Problem problem,
      int[] open,
      int length,
      List<Penalty> penalty,
      List<double[]> lambdas,
      RegularizationPath[] means,
      double[][] start,
      Parallel parallel) {
    Problem some = problem.forTargets(open);
    List<Penalty> penalties = targets(open.length, i -> penalty.get(open[i]));
    List<double[]> first = targets(open.length, i -> Arrays.copyOf(lambdas.get(open[i]), length));
    List<RegularizationPath[]> paths = new ArrayList<>();
    for (Problem.Split split : some.splits()) {
      paths.add(follow(split, penalties, first, options.first(length), parallel, CLOSE));
    }
    for (int i = 0; i < open.length; i++) {
      int at = i;
      means[open[i]] =
          RegularizationPath.mean(paths.stream().map(p -> p[at]).toList(), lambdas.get(open[i]));
      start[open[i]] = paths.getLast()[i].weights();
    }
  }
}
