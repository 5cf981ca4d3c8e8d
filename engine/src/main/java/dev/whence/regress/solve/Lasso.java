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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Solves one target's regression at one λ: minimises over w and the bias b
 *
 * <pre>(1/2m)·‖y − Xw − b‖² + λ·(ρ·Σ_j p_j|w_j| + (1 − ρ)/2·‖w‖²)</pre>
 *
 * <p>which for ρ = 1 and p = 1 is the LASSO (Ilyas et al. 2022, eq. 8, whose λ is twice this one).
 * The solver is cyclic coordinate descent on a working set of variables, and needs only (G, c, v).
 * Each round solves the working set, computes the gradient of every variable from the exact counts,
 * and adds the variables that break their optimality condition, until the duality gap over all d
 * variables is small enough.
 *
 * <p>A solver has the state of one target and is used by one thread at a time.
 */
public final class Lasso implements Lockstep.Solver {

  private static final int MOST_SWEEPS = 200_000;

  /**
   * Sweeps stop when the largest change of a gradient, |change of w_j|·G_jj, is at most 1e-16·‖c‖∞:
   * below it changes are rounding, not progress.
   */
  private static final double ROUNDING = 1e-16;

  /**
   * Smallest relative duality gap for which products with G in single precision are accurate
   * enough.
   */
  private static final double SINGLE = 1e-7;

  /**
   * Smallest bound by which variables enter the working set in the first round, as a fraction of λ.
   */
  private static final double NEAR = 0.97;

  private final Statistics statistics;
  private final Gram gram;
  private final Penalty penalty;
  private final WorkingSet working;
  private final double[] weights;
  private final double[] gradient;
  private Moments moments;
  private double steepestStart;
  private double lambda;

  /** Whether {@code gradient} is out of date: {@code weights} changed since it was computed. */
  private boolean stale;

  /** Whether {@link #advance} has requested counts of pairs that the working set lacks. */
  private boolean gathering;

  private boolean precise = true;
  private double next;

  /**
   * Bound of the first round: variable j enters the working set where |gradient_j| ≥ strong·ρp_j.
   */
  private double strong;

  private double allowed;
  private double inner;
  private double gap;
  private double lastGap;
  private int sweeps;
  private boolean exhausted;

  /**
   * Makes a solver for any one of the targets of {@code statistics}, which {@link #target} chooses.
   *
   * @param free list of free tiles, from which the working set's counts take tiles
   */
  public Lasso(Statistics statistics, Penalty penalty, SubGram.Tiles free) {
    this.statistics = statistics;
    this.penalty = penalty;
    gram = statistics.gram();
    working = new WorkingSet(gram, penalty, free);
    weights = new double[gram.units()];
    gradient = new double[gram.units()];
    moments = new Moments(gradient, 0, 0);
  }

  /**
   * Returns the tiles of the working set to the list of free tiles. This object must not be used
   * afterwards.
   */
  public void close() {
    working.close();
  }

  /** Begins the regression of target {@code t} of the statistics, with all weights 0. */
  public Lasso target(int t) {
    moments = statistics.moments().get(t);
    Arrays.fill(weights, 0);
    System.arraycopy(moments.covariance(), 0, gradient, 0, gradient.length);
    stale = false;
    working.clear();
    steepestStart = Penalty.LASSO.lambdaMax(moments.covariance());
    lambda = lambdaMax();
    return this;
  }

  /**
   * Begins the regression of target {@code t} of the statistics, with the weights {@code start},
   * [d].
   */
  public Lasso target(int t, double[] start) {
    target(t);
    for (int j = 0; j < start.length; j++) {
      if (start[j] != 0) {
        working.add(j, start[j]);
        weights[j] = start[j];
        stale = true;
      }
    }
    return this;
  }

  /**
   * Begins the regression of target {@code t} of the statistics, with the weights {@code start} and
   * a working set whose counts are known.
   *
   * @param start weights, [d]
   * @param units units of the working set, among which are all units with a weight other than 0
   * @param known counts of pairs of these units; closed with this solver
   */
  public Lasso target(int t, double[] start, int[] units, SubGram known) {
    target(t);
    working.begin(units, start, known);
    System.arraycopy(start, 0, weights, 0, weights.length);
    stale = true;
    return this;
  }

  /**
   * Replaces the target's moments by {@code other} and keeps the weights w.
   *
   * @param product G·w, [d]
   */
  public Lasso moments(Moments other, double[] product) {
    moments = other;
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = other.covariance()[j] - product[j];
    }
    stale = false;
    return this;
  }

  /** Returns G·w, [d], at the weights w of the last solution. */
  public double[] product() {
    double[] product = new double[gradient.length];
    Arrays.setAll(product, j -> moments.covariance()[j] - gradient[j]);
    return product;
  }

  /** Returns the target's λ_max, the smallest λ at which all weights are 0. */
  public double lambdaMax() {
    return penalty.lambdaMax(moments.covariance());
  }

  /**
   * Solves the regression at {@code newLambda}, beginning from the present weights.
   *
   * @param tolerance the duality gap to reach, relative to the variance of the outputs
   * @return the absolute duality gap reached, over all d variables; above tolerance·v only where
   *     rounding lets no sweep improve it, or after {@value #MOST_SWEEPS} sweeps
   */
  public double solve(double newLambda, double tolerance) {
    begin(newLambda, tolerance);
    Lockstep.run(this);
    return gap;
  }

  /**
   * Sets the λ and the tolerance, a relative duality gap, of the next solution, which {@link
   * #advance} computes in steps from the present weights.
   */
  public Lasso begin(double newLambda, double tolerance) {
    next = newLambda;
    strong = Math.max(2 * next - lambda, next * NEAR);
    precise = tolerance < SINGLE;
    allowed = tolerance * moments.variance();
    inner = allowed / 2;
    gap = 0;
    lastGap = Double.POSITIVE_INFINITY;
    sweeps = 0;
    exhausted = false;
    return this;
  }

  @Override
  public @Nullable Request advance() {
    if (moments.variance() == 0) {
      return null; // a constant output: w = 0 is the solution at every λ
    }
    if (gathering) {
      gathering = false;
      return solve();
    }
    if (!stale) {
      return check();
    }
    if (!working.complete()) {
      return ask();
    }
    // The working set is solved by itself first: the gradient over all d units is not known yet.
    lambda = next;
    working.read(moments);
    return solve();
  }

  private @Nullable Request check() {
    boolean first = lastGap == Double.POSITIVE_INFINITY;
    // Variables enter the working set in the first round by the strong rule (Tibshirani et al.
    // 2012), later by their optimality condition.
    double bound = first ? strong : next * (1 + 1e-12);
    lambda = next;
    gap = gap();
    boolean entered = enter(bound);
    if (!first && gap > lastGap / 2) {
      if (!precise) { // the slow progress may be rounding of single precision
        precise = true;
        return ask();
      }
      if (!entered && exhausted) {
        return null;
      }
      inner /= 4;
    }
    if (gap <= allowed || sweeps >= MOST_SWEEPS) {
      return null;
    }
    lastGap = gap;
    working.read(gradient);
    Gathering missing = working.gather();
    gathering = missing != null;
    return gathering ? missing : solve();
  }

  private GramProduct solve() {
    descend();
    working.write(weights);
    return ask();
  }

  private void descend() {
    exhausted = false;
    while (!exhausted && sweeps < MOST_SWEEPS && working.gap(moments, lambda) > inner) {
      exhausted = working.sweep(lambda, precise) <= ROUNDING * steepestStart;
      sweeps++;
    }
  }

  private GramProduct ask() {
    stale = false;
    return GramProduct.of(gram, weights, precise);
  }

  @Override
  public void panel(int p, double[] product) {
    int from = p * ProductKernels.TILE;
    for (int j = from; j < Math.min(from + ProductKernels.TILE, gradient.length); j++) {
      gradient[j] = moments.covariance()[j] - product[j - from] / gram.runs();
    }
  }

  /**
   * Adds to the working set every variable j outside it with |gradient_j| ≥ {@code bound}·ρp_j;
   * returns whether any was added.
   */
  private boolean enter(double bound) {
    boolean entered = false;
    for (int j = 0; j < gradient.length; j++) {
      if (Math.abs(gradient[j]) >= bound * penalty.threshold(j) && !working.contains(j)) {
        working.add(j, weights[j]);
        entered = true;
      }
    }
    return entered;
  }

  private double gap() {
    Certificate certificate = new Certificate(moments.variance(), lambda, penalty);
    for (int j = 0; j < weights.length; j++) {
      certificate.add(j, moments.covariance()[j], weights[j], gradient[j]);
    }
    return certificate.gap();
  }

  /** Returns the duality gap of the last solution, relative to the variance of the outputs. */
  public double relativeGap() {
    return moments.variance() > 0 ? gap / moments.variance() : 0;
  }

  /** Returns the weights of the last solution, [d], in the array that later solutions overwrite. */
  public double[] weights() {
    return weights;
  }

  /**
   * Returns the mean squared error of the present weights over the runs of the statistics, with the
   * best bias: v − cᵀw − gᵀw, g = c − Gw.
   */
  public double error() {
    double error = moments.variance();
    for (int j = 0; j < weights.length; j++) {
      error -= (moments.covariance()[j] + gradient[j]) * weights[j];
    }
    return Math.max(0, error);
  }
}
