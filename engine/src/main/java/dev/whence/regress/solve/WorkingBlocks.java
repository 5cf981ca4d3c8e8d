package dev.whence.regress.solve;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.ProductKernels;
import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Moments;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The working set of one target along its path: the variables, units with their weights, that
 * coordinate descent visits, solved for up to five λ together, in single precision.
 *
 * <p>Descent is cyclic over blocks of 64 variables: inside a block it goes coordinate by coordinate
 * on the block's part of G, [64, 64], which fits in the first-level cache; then one small product
 * for all λ updates the gradients of the other blocks. So it converges as coordinate descent does,
 * at the speed of a matrix product. Gradients are stored times m: h = m(c − Gw).
 */
final class WorkingBlocks {

  static final int SETS = ProductKernels.SETS;
  private static final int BLOCK = ProductKernels.TILE;
  private static final int INNER_SWEEPS = 2;
  private static final int MOST_SWEEPS = 400;

  private final Gram gram;
  private final Moments moments;
  private final Penalty penalty;
  private final ProductKernels kernels = ProductKernels.create();
  private final SubGram sub;
  private final float meanCount;
  private int size;
  private int[] variables = new int[0];

  /**
   * Weights w of the variables, in the order in which they entered, at each of five λ, [capacity,
   * 5].
   */
  private float[] weights = new float[0];

  /** Gradients h = m(c − Gw) of the variables at each of five λ, [5][capacity]. */
  private float[][] gradients = new float[SETS][0];

  /** n_j of each variable, the number of training runs that hold unit j, [capacity]. */
  private float[] counts = new float[0];

  /**
   * m·ρ·p_j of each variable, [capacity]; a weight stays 0 while |h_j|, h = m(c − Gw), is at most λ
   * times this number.
   */
  private float[] factors = new float[0];

  /**
   * For each block of 64 variables, m·G of these variables with each other, [64, 64]; null until it
   * is computed.
   */
  private float[][] locals = new float[0][];

  private double[] lambdas = new double[0];

  /** The λ that are being solved together, in single precision, [5]. */
  private final float[] bounds = new float[SETS];

  /** m·λ(1 − ρ) for each λ that is being solved, the ridge's term that is added to m·G_jj, [5]. */
  private final float[] ridges = new float[SETS];

  WorkingBlocks(Gram gram, Moments moments, Penalty penalty, SubGram.Tiles free) {
    this.gram = gram;
    this.moments = moments;
    this.penalty = penalty;
    sub = new SubGram(gram, free);
    meanCount = gram.meanCount();
  }

  /** Returns the counts of pairs of the variables, over the training runs. */
  SubGram counts() {
    return sub;
  }

  int size() {
    return size;
  }

  int[] variables() {
    return variables;
  }

  float[] weights() {
    return weights;
  }

  /**
   * Returns the place of variable {@code j}, the number of variables that entered before it, or −1
   * if the variable has not entered.
   */
  int position(int j) {
    return sub.place(j);
  }

  /**
   * Sets the gradient that is kept for the variable j at place {@code i} of the working set to
   * {@code h} = m(c − Gw)_j, for λ number {@code l} of the λ solved together.
   */
  void gradient(int l, int i, float h) {
    gradients[l][i] = h;
  }

  /**
   * Adds variables to the working set, with weight 0. It can be solved once the returned gathering,
   * which reads the counts of pairs of the variables, has run; null when nothing was added.
   *
   * @param added indices of the units that enter
   */
  @Nullable Gathering add(int[] added) {
    if (added.length == 0) {
      return null;
    }
    int larger = size + added.length;
    if (larger > variables.length) {
      int capacity = Math.max(larger, variables.length * 3 / 2);
      capacity = Math.ceilDiv(capacity, BLOCK) * BLOCK;
      variables = Arrays.copyOf(variables, capacity);
      weights = Arrays.copyOf(weights, capacity * SETS);
      counts = Arrays.copyOf(counts, capacity);
      factors = Arrays.copyOf(factors, capacity);
      locals = Arrays.copyOf(locals, capacity / BLOCK);
      for (int l = 0; l < SETS; l++) {
        gradients[l] = Arrays.copyOf(gradients[l], capacity);
      }
    }
    for (int i = 0; i < added.length; i++) {
      variables[size + i] = added[i];
      counts[size + i] = gram.counts()[added[i]];
      factors[size + i] = (float) (penalty.threshold(added[i]) * gram.runs());
    }
    Arrays.fill(locals, size / BLOCK, locals.length, null);
    size = larger;
    return sub.add(variables, larger);
  }

  /**
   * Sets the weights and gradients of all variables, to the same values for all five λ.
   *
   * @param start weights of the variables at places 0, 1, …; the variables beyond get weight 0
   * @param h gradients m(c − Gw) at these weights w, of all units, [d]
   */
  void restart(float[] start, float[] h) {
    for (int i = 0; i < size; i++) {
      for (int l = 0; l < SETS; l++) {
        weights[i * SETS + l] = i < start.length ? start[i] : 0;
        gradients[l][i] = h[variables[i]];
      }
    }
  }

  /**
   * Copies the weights and gradients at λ number {@code from}, of the λ solved together, to all
   * five λ.
   */
  void carry(int from) {
    for (int l = 0; l < SETS; l++) {
      System.arraycopy(gradients[from], 0, gradients[l], 0, size);
    }
    for (int i = 0; i < size; i++) {
      Arrays.fill(weights, i * SETS, (i + 1) * SETS, weights[i * SETS + from]);
    }
  }

  /**
   * Minimises the objective over the variables of the working set at up to five λ side by side,
   * each from the present weights and gradients. Stops early where four sweeps lower the largest
   * gap by less than a tenth.
   *
   * @param lambdas the λ, at most 5
   * @param allowed absolute duality gap to reach at each λ, over the variables that have entered
   */
  void solve(double[] lambdas, double allowed) {
    this.lambdas = lambdas;
    for (int l = 0; l < lambdas.length; l++) {
      bounds[l] = (float) lambdas[l];
      ridges[l] = (float) (lambdas[l] * penalty.ridge() * gram.runs());
    }
    double last = Double.POSITIVE_INFINITY;
    for (int sweep = 0; sweep < MOST_SWEEPS && size > 0; sweep++) {
      double worst = 0;
      for (int l = 0; l < lambdas.length; l++) {
        worst = Math.max(worst, gap(l, 0));
      }
      boolean stuck = sweep > 12 && sweep % 4 == 0 && worst > 0.9 * last;
      if (worst <= allowed || stuck) {
        return;
      }
      if (sweep % 4 == 0) {
        last = worst;
      }
      for (int b = 0; b < size; b += BLOCK) {
        sweepBlock(b, Math.min(BLOCK, size - b));
      }
    }
  }

  private void sweepBlock(int b, int n) {
    int[] moving = IntStream.range(0, lambdas.length).filter(l -> moves(b, n, l)).toArray();
    if (moving.length == 0) {
      return;
    }
    float[] changes = new float[BLOCK * SETS];
    if (descend(b, n, moving, changes)) {
      propagate(b, n, changes);
    }
  }

  /**
   * Returns whether any weight of the block's {@code n} variables, from place {@code b} on, may
   * change at λ number {@code l}.
   */
  private boolean moves(int b, int n, int l) {
    for (int i = b; i < b + n; i++) {
      if (weights[i * SETS + l] != 0 || Math.abs(gradients[l][i]) > bounds[l] * factors[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns m·G of a block's variables with each other, [64, 64], computed at the first call and
   * again after variables were added to the block.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   */
  private float[] local(int b, int n) {
    float[] local = locals[b / BLOCK];
    if (local != null) {
      return local;
    }
    local = new float[BLOCK * BLOCK];
    CountMatrix tile = sub.tile(b / BLOCK, b / BLOCK);
    for (int i = 0; i < n; i++) {
      int j = variables[b + i];
      for (int k = 0; k < n; k++) {
        local[i * BLOCK + k] = (float) gram.scaled(tile.get(i, k), j, variables[b + k]);
      }
      local[i * BLOCK + i] = (float) gram.curvature(j);
    }
    locals[b / BLOCK] = local;
    return local;
  }

  /**
   * Sweeps twice over the variables of a block at the λ whose numbers are {@code moving}, the λ
   * side by side, so that no λ waits for its own last step. Returns whether any weight changed.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   * @param changes by how much weights change, [64, 5]; added to
   */
  private boolean descend(int b, int n, int[] moving, float[] changes) {
    float[] local = local(b, n);
    float[] h = new float[SETS * BLOCK];
    for (int l : moving) {
      System.arraycopy(gradients[l], b, h, l * BLOCK, BLOCK);
    }
    boolean any = false;
    for (int sweep = 0; sweep < INNER_SWEEPS; sweep++) {
      for (int i = 0; i < n; i++) {
        float curvature = local[i * BLOCK + i];
        if (curvature <= 0) {
          continue; // all runs hold the unit, or all lack it: G_jj is 0 and the weight stays 0
        }
        for (int l : moving) {
          int at = (b + i) * SETS + l;
          float old = weights[at];
          float pull = h[l * BLOCK + i] + curvature * old;
          float beyond = Math.abs(pull) - bounds[l] * factors[b + i];
          float updated = beyond > 0 ? Math.copySign(beyond, pull) / (curvature + ridges[l]) : 0;
          float change = updated - old;
          if (change != 0) {
            weights[at] = updated;
            changes[i * SETS + l] += change;
            any = true;
            kernels.subtract(local, i, change, h, l);
          }
        }
      }
    }
    for (int l : moving) {
      System.arraycopy(h, l * BLOCK, gradients[l], b, n);
    }
    return any;
  }

  /**
   * Brings the gradients of all other blocks up to date after the weights of a block have changed.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   * @param changes by how much the block's weights changed, [64, 5]; overwritten
   */
  private void propagate(int b, int n, float[] changes) {
    int[] rows = new int[n];
    double[] plain = new double[SETS];
    double[] held = new double[SETS];
    int used = 0;
    for (int i = 0; i < n; i++) {
      boolean any = false;
      for (int l = 0; l < SETS; l++) {
        float change = changes[i * SETS + l];
        changes[used * SETS + l] = change;
        any |= change != 0;
        plain[l] += change;
        held[l] += (double) change * counts[b + i];
      }
      rows[used] = i;
      used += any ? 1 : 0;
    }
    float[] out = new float[SETS * BLOCK];
    for (int p = 0; p * BLOCK < size; p++) {
      if (p * BLOCK == b) {
        continue;
      }
      kernels.product(sub.tile(b / BLOCK, p), 0, rows, used, changes, out);
      int width = Math.min(BLOCK, size - p * BLOCK);
      for (int l = 0; l < lambdas.length; l++) {
        float[] h = gradients[l];
        // The large terms, of the offset and of the mean count, are computed in double precision,
        // the small rest in single.
        float common = (float) (gram.offset() * plain[l] - meanCount * held[l] / gram.runs());
        float share = (float) (held[l] / gram.runs());
        int from = p * BLOCK;
        for (int k = 0; k < width; k++) {
          h[from + k] -= out[l * BLOCK + k] + (common - (counts[from + k] - meanCount) * share);
        }
      }
    }
  }

  /**
   * Returns the absolute duality gap at λ number {@code l} of the λ solved together.
   *
   * @param outside max |g_j|/(λρp_j), g = c − Gw, over the variables that have not entered; 0
   *     leaves these variables out
   */
  double gap(int l, double outside) {
    Certificate certificate = new Certificate(moments.variance(), lambdas[l], penalty);
    for (int i = 0; i < size; i++) {
      int j = variables[i];
      certificate.add(
          j,
          moments.covariance()[j],
          weights[i * SETS + l],
          gradients[l][i] / (double) gram.runs());
    }
    certificate.addZeros(outside);
    return certificate.gap();
  }

  /**
   * Returns the mean squared error over the training runs, with the best bias, at λ number {@code
   * l} of the λ solved together.
   */
  double error(int l) {
    double error = moments.variance();
    for (int i = 0; i < size; i++) {
      double w = weights[i * SETS + l];
      error -= (moments.covariance()[variables[i]] + gradients[l][i] / (double) gram.runs()) * w;
    }
    return Math.max(0, error);
  }
}
