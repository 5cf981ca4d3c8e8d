package dev.whence.regress;

import dev.whence.linalg.ProductKernels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows one target's regularisation path on the training runs, up to five λ at a time, and looks
 * for the λ with the smallest error on the validation runs.
 *
 * <p>A round takes the next five λ. Variables enter by their gradient at the end of the last round:
 * those that would be active at the round's smallest λ, and a margin for how far gradients move
 * meanwhile (the strong rule of Tibshirani et al. 2012 over five λ would take in far more). {@link
 * WorkingBlocks} solves all five; one product with G gives the gradients of all d variables at the
 * smallest, and so a duality gap that leaves nothing out. Where it is above the tolerance, the
 * variables that broke their condition enter and the round is solved again. At the λ between, gaps
 * are over the variables that have entered: solutions are piecewise linear in λ, so a variable
 * within its bounds at both ends is within them between but for the bends of the path.
 */
final class PathSearch implements Lockstep.Solver {

  private static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;
  private static final double MARGIN = 0.98;
  private static final int MOST_ROUNDS = 6;

  private final Gram gram;
  private final Moments moments;
  private final Penalty penalty;
  private final PathOptions options;
  private final double[] lambdas;
  private final WorkingBlocks working;
  private final HeldOutError validation;
  private final Finish finish;
  private final RegularizationPath.Recorder recorder;

  /** m(c − Gw) at the end of the last round, [d], and of this one. */
  private float[] gradient;

  private float[] nextGradient;

  /** Weights at the end of the last round, [capacity]. */
  private float[] base = new float[0];

  private int first;
  private int rounds;
  private double[] round = new double[0];

  /** max |h_j|/threshold_j over each panel's variables outside, at the smallest λ. */
  private final float[] steepest;

  /** Bit k of word p: variable 64·p + k is outside and breaks its condition there. */
  private final long[] broken;

  PathSearch(
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
    this.validation = new HeldOutError(validation.gram(), validation.moments().get(t), free);
    recorder = new RegularizationPath.Recorder(lambdas, options.patience());
    gradient = new float[gram.units()];
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = (float) (moments.covariance()[j] * gram.runs());
    }
    nextGradient = new float[gradient.length];
    steepest = new float[gram.panels()];
    broken = new long[gram.panels()];
  }

  /** Takes the end of a search. */
  interface Finish {
    /**
     * Takes the path.
     *
     * @param counts of the training and validation runs together, for the units that have a weight
     */
    void accept(RegularizationPath path, SubGram.Counts counts);
  }

  @Override
  public @Nullable GramProduct advance() {
    if (moments.variance() == 0) { // w = 0 is the solution at every λ
      recorder.constant(moments.mean(), gram.units());
      return end();
    }
    if (round.length > 0) {
      double[] gaps = gaps();
      double worst = Arrays.stream(gaps).max().orElse(0);
      if (worst > allowed() && rounds < MOST_ROUNDS) {
        rounds++;
        enter();
        return solve();
      }
      accept(gaps);
      if (recorder.ended()) {
        return end();
      }
    }
    begin();
    return solve();
  }

  private @Nullable GramProduct end() {
    finish.accept(recorder.path(), this::together);
    working.close();
    validation.close();
    return null;
  }

  private void together(int unit, int[] units, int n, int[] out) {
    working.counts().gather(unit, units, n, out);
    validation.counts().gather(unit, units, n, out);
  }

  private double allowed() {
    return options.pathTolerance() * moments.variance();
  }

  private void begin() {
    rounds = 0;
    int end = Math.min(first + recorder.more(SETS), lambdas.length);
    round = Arrays.copyOfRange(lambdas, first, end);
    double smallest = round[round.length - 1] * gram.runs() * MARGIN;
    BitSet entering = new BitSet();
    for (int j = 0; j < gradient.length; j++) {
      if (working.position(j) < 0 && Math.abs(gradient[j]) >= smallest * penalty.threshold(j)) {
        entering.set(j);
      }
    }
    working.add(entering.stream().toArray());
    base = Arrays.copyOf(base, working.size());
    for (int i = 0; i < working.size(); i++) {
      for (int l = 0; l < SETS; l++) {
        working.weights()[i * SETS + l] = l < round.length ? base[i] : 0;
        working.gradient(l, i, gradient[working.variables()[i]]);
      }
    }
  }

  /** Takes in the variables that broke their condition. */
  private void enter() {
    int[] entering = BitSet.valueOf(broken).stream().toArray();
    int old = working.size();
    working.add(entering);
    base = Arrays.copyOf(base, working.size());
    for (int i = old; i < working.size(); i++) {
      gradientsOf(i, old);
    }
  }

  /** Sets h at all λ of a variable that was outside, from its definition. */
  private void gradientsOf(int i, int old) {
    double[] moved = new double[SETS];
    for (int k = 0; k < old; k++) {
      double element = working.element(i, k);
      for (int l = 0; l < SETS; l++) {
        moved[l] += element * change(k, l);
      }
    }
    for (int l = 0; l < SETS; l++) {
      working.gradient(l, i, (float) (gradient[working.variables()[i]] - moved[l]));
    }
  }

  /** Returns how far the weight at {@code i} has moved in this round at λ number {@code l}. */
  private float change(int i, int l) {
    return working.weights()[i * SETS + l] - base[i];
  }

  /** Solves the round; returns the product with the changes since the last at the smallest λ. */
  private GramProduct solve() {
    working.solve(round, allowed() / 4);
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

  /** Returns the gap at each λ of the round, at the smallest over all variables. */
  private double[] gaps() {
    double outside = 0;
    for (float panel : steepest) {
      outside = Math.max(outside, panel);
    }
    double[] gaps = new double[round.length];
    for (int l = 0; l < gaps.length; l++) {
      gaps[l] = working.gap(l, l == gaps.length - 1 ? outside : 0);
    }
    return gaps;
  }

  private void accept(double[] gaps) {
    int n = working.size();
    double[] biases = new double[SETS];
    int[] sizes = new int[SETS];
    for (int l = 0; l < round.length; l++) {
      biases[l] = moments.mean();
      for (int i = 0; i < n; i++) {
        float w = working.weights()[i * SETS + l];
        biases[l] -= w * gram.mean(working.variables()[i]);
        sizes[l] += w != 0 ? 1 : 0;
      }
    }
    double[] errors = validation.of(working.variables(), n, working.weights(), biases);
    int best = -1;
    for (int l = 0; l < round.length && !recorder.ended(); l++) {
      double gap = gaps[l] / moments.variance();
      best = recorder.add(working.error(l), errors[l], gap, sizes[l]) ? l : best;
    }
    if (best >= 0) {
      recorder.keep(dense(best), biases[best]);
    }
    for (int i = 0; i < n; i++) {
      base[i] = working.weights()[i * SETS + round.length - 1];
    }
    float[] old = gradient;
    gradient = nextGradient;
    nextGradient = old;
    first += round.length;
  }

  private double[] dense(int l) {
    double[] dense = new double[gram.units()];
    for (int i = 0; i < working.size(); i++) {
      dense[working.variables()[i]] = working.weights()[i * SETS + l];
    }
    return dense;
  }
}
