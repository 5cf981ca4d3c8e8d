package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import dev.whence.regress.gram.Lockstep;
import dev.whence.regress.solve.Lanczos;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ridge regression where G is too large to factorise. Whole paths are solved in Krylov spaces
 * ({@link Lanczos}) of some tens of products with G; the targets share each panel of G that is
 * read.
 *
 * <p>Errors on the validation runs at all λ follow from the products of the validation runs' G with
 * the same vectors. A datamodel's gap is an upper bound on its objective minus the smallest
 * objective: ‖r‖²/2λ, where r is the gradient at the solution, relative to the variance of the
 * outputs.
 *
 * @param lambdas the λ as they are, not multiples of an eigenvalue, from the largest to the
 *     smallest
 */
record KrylovRidge(double[] lambdas) {

  private static final double TOLERANCE = 1e-9;

  /**
   * Number of targets solved together; few, as each target keeps the vectors of its Krylov spaces.
   */
  private static final int TOGETHER = 32;

  List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task) {
    List<Datamodel> models = new ArrayList<>();
    for (int from = 0; from < problem.targets(); from += TOGETHER) {
      int end = Math.min(from + TOGETHER, problem.targets());
      models.addAll(group(problem.forTargets(IntStream.range(from, end).toArray()), parallel));
      task.step(end - from);
    }
    return models;
  }

  private List<Datamodel> group(Problem problem, Parallel parallel) {
    List<RegularizationPath> paths = new ArrayList<>();
    List<List<RegularizationPath>> splits = new ArrayList<>();
    for (Problem.Split split : problem.splits()) {
      splits.add(follow(split, parallel));
    }
    boolean folds = splits.size() > 1;
    for (int t = 0; t < problem.targets(); t++) {
      int target = t;
      paths.add(
          folds
              ? RegularizationPath.mean(
                  splits.stream().map(s -> s.get(target)).toList(),
                  splits.getFirst().get(target).lambdas())
              : splits.getFirst().get(t));
    }
    if (folds) {
      Statistics train = problem.splits().getLast().train();
      List<Lanczos> last = spaces(train, t -> paths.get(t).lambda(), parallel);
      for (int t = 0; t < paths.size(); t++) {
        double[] weights = weights(last.get(t), paths.get(t).lambda(), train);
        paths.set(t, paths.get(t).with(weights, train.bias(t, weights)));
      }
    }
    List<Lanczos> all = spaces(problem.all(), t -> paths.get(t).lambda(), parallel);
    List<Datamodel> models = new ArrayList<>();
    for (int t = 0; t < paths.size(); t++) {
      double lambda = paths.get(t).lambda();
      double[] weights = weights(all.get(t), lambda, problem.all());
      double gap = gap(all.get(t), lambda, problem.all().moments().get(t));
      double bias = problem.all().bias(t, weights);
      models.add(new Datamodel(weights, bias, lambda, gap, paths.get(t)));
    }
    return models;
  }

  /**
   * Returns an upper bound of the duality gap of the solution at {@code lambda}, relative to the
   * variance of the outputs; infinite at λ = 0 unless the residual is 0.
   */
  private static double gap(Lanczos space, double lambda, Moments moments) {
    double residual = space.residual(lambda);
    return residual == 0 ? 0 : residual * residual / (2 * lambda * moments.variance());
  }

  private static double[] weights(Lanczos space, double lambda, Statistics runs) {
    return runs.gram().withoutConstants(space.weights(space.solve(lambda)));
  }

  /**
   * Returns for each target a Krylov space that is large enough for the target's smallest λ.
   *
   * @param smallest returns the smallest λ of a target, by its index
   */
  private static List<Lanczos> spaces(
      Statistics statistics, IntToDoubleFunction smallest, Parallel parallel) {
    List<Lanczos> spaces = new ArrayList<>();
    for (int t = 0; t < statistics.moments().size(); t++) {
      double[] c = statistics.moments().get(t).covariance();
      spaces.add(new Lanczos(statistics.gram(), c, smallest.applyAsDouble(t), TOLERANCE));
    }
    Lockstep.run(spaces, parallel);
    return spaces;
  }

  private List<RegularizationPath> follow(Problem.Split split, Parallel parallel) {
    int n = split.train().moments().size();
    List<Lanczos> spaces = spaces(split.train(), t -> lambdas[lambdas.length - 1], parallel);
    List<ValidationErrors> errors =
        IntStream.range(0, n)
            .mapToObj(t -> new ValidationErrors(split.validation(), t, spaces.get(t)))
            .toList();
    Lockstep.run(errors, parallel);
    return IntStream.range(0, n)
        .mapToObj(t -> path(split.train(), t, spaces.get(t), errors.get(t)))
        .toList();
  }

  private RegularizationPath path(
      Statistics train, int t, Lanczos space, ValidationErrors heldOut) {
    RegularizationPath.Recorder recorder = new RegularizationPath.Recorder(lambdas, 0);
    Moments moments = train.moments().get(t);
    double[] means = space.means(train.gram());
    double[] best = new double[0];
    for (double lambda : lambdas) {
      double[] y = space.solve(lambda);
      double bias = moments.mean() - Lanczos.dot(means, y);
      double gap = gap(space, lambda, moments);
      boolean better =
          recorder.add(
              space.error(moments.variance(), y),
              heldOut.error(y, bias),
              gap,
              train.gram().units());
      best = better ? y : best;
    }
    double[] weights = space.weights(best);
    recorder.keep(weights, train.bias(t, weights));
    return recorder.path();
  }

  /**
   * Computes the mean squared error on the validation runs of any weights w = Qy in one target's
   * Krylov space of the training runs.
   */
  private static final class ValidationErrors implements Lockstep.Solver {

    private final Gram gram;
    private final Moments moments;
    private final Lanczos space;
    private final double[] product;

    /**
     * QᵀGQ, [k, k], where G is the validation runs' Gram matrix and Q the k vectors of the Krylov
     * space.
     */
    private final double[][] quadratic;

    /**
     * Qᵀc, [k], where c is over the validation runs and Q are the k vectors of the Krylov space.
     */
    private final double[] linear;

    /**
     * Qᵀμ, [k], where μ is the mean of the validation runs' masks and Q the k vectors of the space.
     */
    private final double[] means;

    private int asked;

    ValidationErrors(Statistics statistics, int t, Lanczos space) {
      gram = statistics.gram();
      moments = statistics.moments().get(t);
      this.space = space;
      product = new double[gram.units()];
      quadratic = new double[space.size()][space.size()];
      linear = new double[space.size()];
      means = space.means(gram);
    }

    @Override
    public @Nullable GramProduct advance() {
      if (asked > 0) {
        for (int i = 0; i < linear.length; i++) {
          quadratic[asked - 1][i] = Lanczos.dot(space.vector(i), product);
        }
        linear[asked - 1] = Lanczos.dot(space.vector(asked - 1), moments.covariance());
      }
      return asked == linear.length ? null : Lanczos.product(gram, space.vector(asked++));
    }

    @Override
    public void panel(int p, double[] panel) {
      GramProduct.store(gram, p, panel, product);
    }

    double error(double[] y, double bias) {
      double error = moments.variance();
      for (int i = 0; i < y.length; i++) {
        error += y[i] * (Lanczos.dot(quadratic[i], y) - 2 * linear[i]);
      }
      double offset = moments.mean() - bias - Lanczos.dot(means, y);
      return Math.max(0, error) + offset * offset;
    }
  }
}
