package dev.whence.regress;

import dev.whence.linalg.ProductKernels;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Follows one target's regularisation path on the training runs, five λ at a time, and looks for
 * the λ with the smallest error on the validation runs.
 *
 * <p>A round takes the next five λ. Variables enter by their gradient at the end of the last round:
 * those that would be active at the round's smallest λ, and a margin for how far gradients move
 * meanwhile (the strong rule of Tibshirani et al. 2012 over five λ would take in far more). {@link
 * WorkingBlocks} solves all five; one product with G gives the gradients of all d variables at
 * each, and so a duality gap that leaves nothing out. Where a gap is above the tolerance, the
 * variables that broke their condition enter and the round is solved again.
 */
final class PathSearch implements Lockstep.Solver {

  private static final int SETS = ProductKernels.SETS;
  private static final int TILE = ProductKernels.TILE;
  private static final double MARGIN = 0.93;
  private static final int MOST_ROUNDS = 6;

  private final Gram gram;
  private final Moments moments;
  private final Penalty penalty;
  private final PathOptions options;
  private final double[] lambdas;
  private final ProductKernels kernels = ProductKernels.create();
  private final WorkingBlocks working;
  private final HeldOutError validation;
  private final float meanCount;
  private final RegularizationPath.Recorder recorder;

  /** m(c − Gw) at the end of the last round, [d], and of this one. */
  private float[] gradient;

  private float[] nextGradient;

  /** Weights at the end of the last round, [capacity]. */
  private float[] base = new float[0];

  private int first;
  private int rounds;
  private double[] round = new double[0];

  /** Changes of the weights since the last round, of the variables that have any. */
  private int[] rows = new int[0];

  private float[] changes = new float[0];
  private double[] plain = new double[0];
  private double[] held = new double[0];

  /** max |h_j|/threshold_j over each panel's variables outside, at each λ. */
  private final float[][] steepest;

  /** Bit k of word p: variable 64·p + k is outside and breaks its condition at some λ. */
  private final long[] broken;

  PathSearch(
      Statistics train,
      Statistics validation,
      int t,
      Penalty penalty,
      double[] lambdas,
      PathOptions options,
      SubGrams memory) {
    gram = train.gram();
    moments = train.moments().get(t);
    this.penalty = penalty;
    this.options = options;
    this.lambdas = lambdas;
    meanCount = gram.meanCount();
    working = new WorkingBlocks(gram, moments, penalty, memory);
    this.validation = new HeldOutError(validation.gram(), validation.moments().get(t), memory);
    recorder = new RegularizationPath.Recorder(lambdas, options.patience());
    gradient = new float[gram.units()];
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = (float) (moments.covariance()[j] * gram.runs());
    }
    nextGradient = new float[gradient.length];
    steepest = new float[gram.panels()][SETS];
    broken = new long[gram.panels()];
  }

  /** Returns what was found; after the end. */
  RegularizationPath path() {
    return recorder.path();
  }

  @Override
  public boolean advance() {
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
        working.solve(round, allowed() / 4);
        prepare();
        return true;
      }
      accept(gaps);
      if (recorder.ended()) {
        return end();
      }
    }
    begin();
    return true;
  }

  private boolean end() {
    working.close();
    validation.close();
    return false;
  }

  private double allowed() {
    return options.pathTolerance() * moments.variance();
  }

  private void begin() {
    rounds = 0;
    round = Arrays.copyOfRange(lambdas, first, Math.min(first + SETS, lambdas.length));
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
    working.solve(round, allowed() / 4);
    prepare();
  }

  /** Takes in the variables that broke their condition. */
  private void enter() {
    int[] entering = BitSet.valueOf(broken).stream().toArray();
    int old = working.size();
    working.add(entering);
    base = Arrays.copyOf(base, working.size());
    for (int i = old; i < working.size(); i++) {
      int j = working.variables()[i];
      for (int l = 0; l < round.length; l++) {
        working.gradient(l, i, gradientAt(j, l));
      }
    }
  }

  /** Returns h_j at λ number {@code l} for a variable that was outside, from its definition. */
  private float gradientAt(int j, int l) {
    double common = gram.offset() * plain[l] - gram.counts()[j] * (held[l] / gram.runs());
    int[] counts = new int[rows.length];
    gram.gather(j, rows, rows.length, counts);
    for (int i = 0; i < rows.length; i++) {
      common += (double) counts[i] * changes[i * SETS + l];
    }
    return (float) (gradient[j] - common);
  }

  /** Collects what the product is of: the weights' changes since the last round. */
  private void prepare() {
    int n = working.size();
    rows = new int[n];
    changes = new float[n * SETS];
    plain = new double[SETS];
    held = new double[SETS];
    int used = 0;
    for (int i = 0; i < n; i++) {
      boolean any = false;
      int j = working.variables()[i];
      for (int l = 0; l < round.length; l++) {
        float change = working.weights()[i * SETS + l] - base[i];
        changes[used * SETS + l] = change;
        any |= change != 0;
        plain[l] += change;
        held[l] += (double) change * gram.counts()[j];
      }
      rows[used] = j;
      used += any ? 1 : 0;
    }
    rows = Arrays.copyOf(rows, used);
  }

  @Override
  public void panel(int p) {
    float[] sum = new float[SETS * TILE];
    float[] out = new float[SETS * TILE];
    for (var matrix : gram.matrices()) {
      kernels.product(matrix, p, rows, rows.length, changes, out);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += out[i];
      }
    }
    int from = p * TILE;
    int width = Math.min(TILE, gram.units() - from);
    broken[p] = 0;
    for (int l = 0; l < round.length; l++) {
      float common = (float) (gram.offset() * plain[l] - meanCount * held[l] / gram.runs());
      float share = (float) (held[l] / gram.runs());
      float largest = 0;
      float bound = (float) (round[l] * gram.runs());
      for (int k = 0; k < width; k++) {
        int j = from + k;
        float h =
            gradient[j] - (sum[l * TILE + k] + (common - (gram.counts()[j] - meanCount) * share));
        int i = working.position(j);
        if (i >= 0) {
          float change = working.weights()[i * SETS + l] - base[i];
          h -= (gram.counts()[j] - gram.offset()) * change;
          working.gradient(l, i, h);
        } else {
          float ratio = Math.abs(h) / (bound * (float) penalty.threshold(j));
          largest = Math.max(largest, ratio);
          if (ratio > 1) {
            broken[p] |= 1L << k;
          }
        }
        if (l == round.length - 1) {
          nextGradient[j] = h;
        }
      }
      steepest[p][l] = largest;
    }
  }

  /** Returns the gap at each λ of the round, over all variables. */
  private double[] gaps() {
    double[] gaps = new double[round.length];
    for (int l = 0; l < gaps.length; l++) {
      double outside = 0;
      for (float[] panel : steepest) {
        outside = Math.max(outside, panel[l]);
      }
      gaps[l] = working.gap(l, outside);
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
    for (int l = 0; l < round.length && !recorder.ended(); l++) {
      int set = l;
      recorder.add(
          working.error(l),
          errors[l],
          gaps[l] / moments.variance(),
          sizes[l],
          biases[l],
          () -> dense(set));
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
