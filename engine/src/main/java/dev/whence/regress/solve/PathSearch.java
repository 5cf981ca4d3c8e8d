package dev.whence.regress.solve;

import dev.whence.linalg.count.ProductKernels;
import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.GramProduct;
import dev.whence.regress.gram.Lockstep;
import dev.whence.regress.gram.Request;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Moments;
import dev.whence.regress.statistics.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows one target's regularisation path on the training runs, and looks for the λ with the
 * smallest error on the validation runs.
 *
 * <p>The path goes in legs of five λ, or of a multiple of five as long as few variables enter the
 * working set in the leg. Variables enter by their gradient at the end of the leg before: all
 * variables that would be active at the leg's smallest λ if gradients stayed, and a margin for how
 * far gradients move within the leg (the strong rule of Tibshirani et al. 2012 over a whole leg
 * would admit far more variables). {@link WorkingBlocks} solves the leg; one product with G gives
 * the gradients of all d variables at its smallest λ, and so a duality gap over all variables. If
 * this gap is above the tolerance, the variables that break their optimality condition enter and
 * the leg is solved again. At the other λ of the leg, gaps are over the variables that have
 * entered: solutions are piecewise linear in λ, so a variable that meets its condition at both ends
 * of the leg meets it between, except at bends of the path.
 *
 * <p>{@link PathValidation} decides where the path ends.
 */
public final class PathSearch implements Lockstep.Solver {

  private static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;
  private static final double MARGIN = 0.98;
  private static final int MOST_ROUNDS = 6;

  /**
   * A leg is extended by five more λ while the variables that enter it are at most
   * max(LEG_VARIABLES, LEG_GROWTH · number of variables in the working set).
   */
  private static final int LEG_VARIABLES = 128;

  private static final double LEG_GROWTH = 0.35;

  private final Gram gram;
  private final Moments moments;
  private final Penalty penalty;
  private final PathOptions options;
  private final double[] lambdas;
  private final WorkingBlocks working;
  private final PathValidation validation;
  private final Finish finish;

  /** m(c − Gw) at the last λ of the leg before, [d]. */
  private float[] gradient;

  /** m(c − Gw) at the last λ of the leg that is being solved, [d]. */
  private float[] nextGradient;

  /**
   * Weights at the last λ of the leg before, of the variables that had entered by then, in the
   * order of their places.
   */
  private float[] base = new float[0];

  /** Index in {@link #lambdas} of the first λ of the leg that is being solved. */
  private int first;

  /** Index in {@link #lambdas} after the last λ of the leg that is being solved. */
  private int end;

  /** How often the present leg has been solved again because variables broke their condition. */
  private int rounds;

  /** The λ that were last solved together by {@link WorkingBlocks}, at most five. */
  private double[] round = new double[0];

  private final List<PathValidation.Points> leg = new ArrayList<>();
  private Step step = Step.BEGIN;

  /**
   * For each panel of 64 units, max |g_j|/(λρp_j), g = c − Gw, over the variables that have not
   * entered, at the last λ solved.
   */
  private final float[] steepest;

  /**
   * One bit for each unit: bit k of word p says that variable 64·p + k has not entered and breaks
   * its optimality condition at the last λ solved.
   */
  private final long[] broken;

  /** What the next call of {@link #advance} does. */
  private enum Step {
    BEGIN,
    SOLVE,
    CHECK,
    VALIDATE
  }

  public PathSearch(
      Statistics train,
      Statistics validation,
      int t,
      Penalty penalty,
      double[] lambdas,
      PathOptions options,
      SubGram.Tiles free,
      Finish finish) {
    gram = train.gram();
    moments = train.moments().get(t);
    this.penalty = penalty;
    this.options = options;
    this.finish = finish;
    this.lambdas = lambdas;
    working = new WorkingBlocks(gram, moments, penalty, free);
    this.validation = new PathValidation(validation, t, lambdas, options.patience(), free);
    gradient = new float[gram.units()];
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = (float) (moments.covariance()[j] * gram.runs());
    }
    nextGradient = new float[gradient.length];
    steepest = new float[gram.panels()];
    broken = new long[gram.panels()];
  }

  /** Receives the result of a finished search. */
  public interface Finish {
    /**
     * Receives the path of the target, when the search is done.
     *
     * @param variables the variables that have entered, in the order in which they entered
     * @param train counts of pairs of these variables over the training runs; the receiver closes
     *     them
     * @param validation counts of pairs of these variables over the validation runs; the receiver
     *     closes them
     */
    void accept(RegularizationPath path, int[] variables, SubGram train, SubGram validation);
  }

  @Override
  public @Nullable Request advance() {
    if (moments.variance() == 0) { // w = 0 is the solution at every λ
      return finish(validation.constant(moments.mean()));
    }
    return switch (step) {
      case BEGIN -> begin();
      case SOLVE -> solve();
      case CHECK -> check();
      case VALIDATE -> validate();
    };
  }

  private @Nullable Request finish(RegularizationPath path) {
    int[] variables = Arrays.copyOf(working.variables(), working.size());
    finish.accept(path, variables, working.counts(), validation.counts());
    return null;
  }

  private double allowed() {
    return options.pathTolerance() * moments.variance();
  }

  /** Begins the next leg: chooses its length and adds the variables that enter it. */
  private Request begin() {
    rounds = 0;
    step = Step.SOLVE;
    float[] slopes = slopes();
    int most = Math.max(LEG_VARIABLES, (int) (working.size() * LEG_GROWTH));
    end = Math.min(first + SETS, lambdas.length);
    while (end < lambdas.length && steeper(slopes, Math.min(end + SETS, lambdas.length)) <= most) {
      end = Math.min(end + SETS, lambdas.length);
    }
    BitSet entering = new BitSet();
    for (int j = 0; j < gradient.length; j++) {
      if (working.position(j) < 0 && slope(j) >= bound(end)) {
        entering.set(j);
      }
    }
    return enter(entering);
  }

  /**
   * Returns the slope of variable {@code j}, |h_j|/(ρp_j) with h = m(c − Gw) at the end of the leg
   * before: the variable may be active at λ where its slope exceeds m·λ.
   */
  private float slope(int j) {
    return Math.abs(gradient[j]) / (float) penalty.threshold(j);
  }

  /**
   * Returns the smallest slope, |h_j|/(ρp_j), at which a variable enters a leg whose last λ is
   * number {@code to} − 1 of the path: m·λ, and a margin less.
   */
  private float bound(int to) {
    return (float) (lambdas[to - 1] * gram.runs() * MARGIN);
  }

  /**
   * Returns the slopes |h_j|/(ρp_j), in increasing order, of the variables that have not entered
   * and may enter before the path ends.
   */
  private float[] slopes() {
    float least = bound(lambdas.length);
    float[] slopes = new float[gradient.length];
    int n = 0;
    for (int j = 0; j < gradient.length; j++) {
      slopes[n] = slope(j);
      n += slopes[n] >= least && working.position(j) < 0 ? 1 : 0;
    }
    slopes = Arrays.copyOf(slopes, n);
    Arrays.sort(slopes);
    return slopes;
  }

  /**
   * Returns the number of this target's variables outside the working set that would join it at the
   * start of a leg, a stretch of λ solved before G is read again, whose last λ is number {@code to}
   * − 1.
   *
   * @param slopes of the variables outside the working set, in increasing order: {@link #slopes}
   */
  private int steeper(float[] slopes, int to) {
    float bound = bound(to);
    int from = 0;
    int above = slopes.length;
    while (from < above) {
      int middle = (from + above) >>> 1;
      if (slopes[middle] < bound) {
        from = middle + 1;
      } else {
        above = middle;
      }
    }
    return slopes.length - from;
  }

  private Request enter(BitSet variables) {
    Gathering gathering = working.add(variables.stream().toArray());
    return gathering != null ? gathering : solve();
  }

  /**
   * Solves the λ of the leg, up to five together, and returns the request for the product of G with
   * the changes of the weights since the end of the leg before.
   */
  private GramProduct solve() {
    step = Step.CHECK;
    leg.clear();
    working.restart(base, gradient);
    for (int at = first;
        at == first || (at < end && !validation.seemsOver(at));
        at += round.length) {
      if (at > first) {
        working.carry(round.length - 1);
      }
      round =
          Arrays.copyOfRange(lambdas, at, at + validation.together(at, Math.min(SETS, end - at)));
      working.solve(round, allowed() / 4);
      leg.add(points(at));
    }
    int last = round.length - 1;
    int[] moved =
        IntStream.range(0, working.size())
            .filter(i -> change(i, last) != 0)
            .boxed()
            .sorted(Comparator.comparingInt(i -> working.variables()[i]))
            .mapToInt(i -> i)
            .toArray();
    int[] rows = IntStream.of(moved).map(i -> working.variables()[i]).toArray();
    double[] changes = IntStream.of(moved).mapToDouble(i -> change(i, last)).toArray();
    return new GramProduct(gram, rows, changes, false);
  }

  /**
   * Returns by how much the weight of the variable at place {@code i}, at λ number {@code l} of the
   * λ last solved together, differs from the weight at the end of the leg before.
   */
  private float change(int i, int l) {
    return working.weights()[i * SETS + l] - (i < base.length ? base[i] : 0);
  }

  /**
   * Returns the solutions at the λ last solved together, with their gaps and errors, and estimates
   * their validation errors.
   *
   * @param at index in {@link #lambdas} of the first of these λ
   */
  private PathValidation.Points points(int at) {
    int n = working.size();
    float[] weights = Arrays.copyOf(working.weights(), n * SETS);
    double[] biases = new double[SETS];
    double[] gaps = new double[round.length];
    double[] errors = new double[round.length];
    int[] sizes = new int[round.length];
    for (int l = 0; l < round.length; l++) {
      biases[l] = moments.mean();
      for (int i = 0; i < n; i++) {
        float w = weights[i * SETS + l];
        biases[l] -= w * gram.mean(working.variables()[i]);
        sizes[l] += w != 0 ? 1 : 0;
      }
      gaps[l] = working.gap(l, 0);
      errors[l] = working.error(l);
    }
    PathValidation.Points points =
        new PathValidation.Points(n, weights, biases, gaps, errors, sizes);
    validation.estimate(at, points, working.variables());
    return points;
  }

  @Override
  public void panel(int p, double[] product) {
    int last = round.length - 1;
    int from = p * TILE;
    float bound = (float) (round[last] * gram.runs());
    float largest = 0;
    long steeper = 0;
    for (int k = 0; k < Math.min(TILE, gram.units() - from); k++) {
      int j = from + k;
      float h = gradient[j] - (float) product[k];
      nextGradient[j] = h;
      int i = working.position(j);
      if (i >= 0) {
        working.gradient(last, i, h);
      } else {
        float slope = Math.abs(h) / (float) penalty.threshold(j);
        largest = Math.max(largest, slope);
        steeper |= slope > bound ? 1L << k : 0;
      }
    }
    steepest[p] = largest / bound;
    broken[p] = steeper;
  }

  /**
   * Ends the leg if the duality gap over all d variables is small enough; otherwise adds the
   * variables that break their condition and solves the leg again.
   */
  private @Nullable Request check() {
    double outside = 0;
    for (float panel : steepest) {
      outside = Math.max(outside, panel);
    }
    int last = round.length - 1;
    double gap = working.gap(last, outside);
    if (gap > allowed() && outside > 1 && rounds < MOST_ROUNDS) {
      rounds++;
      step = Step.SOLVE;
      return enter(BitSet.valueOf(broken));
    }
    leg.getLast().gaps()[last] = gap;
    return accept();
  }

  private @Nullable Request accept() {
    base = new float[working.size()];
    for (int i = 0; i < base.length; i++) {
      base[i] = working.weights()[i * SETS + round.length - 1];
    }
    float[] old = gradient;
    gradient = nextGradient;
    nextGradient = old;
    for (PathValidation.Points points : leg) {
      first += points.gaps().length;
    }
    validation.add(leg);
    if (first < lambdas.length && !validation.seemsOver(first)) {
      return begin();
    }
    step = Step.VALIDATE;
    Gathering gathering = validation.gather(working.variables(), working.size());
    return gathering != null ? gathering : validate();
  }

  /**
   * Ends the search if the exact validation errors say that the path has ended; otherwise begins
   * another leg.
   */
  private @Nullable Request validate() {
    return validation.ended(working.variables(), moments.variance())
        ? finish(validation.path(working.variables()))
        : begin();
  }
}
