package dev.whence.regress.solve;

import dev.whence.linalg.count.CountMatrix;
import dev.whence.linalg.count.ProductKernels;
import dev.whence.regress.gram.Gathering;
import dev.whence.regress.gram.Gram;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.statistics.Moments;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The working set of one target at one λ: the variables, units with their weights, that coordinate
 * descent visits, in double precision, with their counts of pairs, their weights w and their
 * gradient c − Gw side by side in memory.
 *
 * <p>Descent is cyclic over blocks of 64 variables, as along a path ({@link WorkingBlocks}).
 * Variables are added but never removed, except all at once by {@link #clear}.
 */
final class WorkingSet {

  private static final int BLOCK = ProductKernels.TILE;
  private static final int INNER_SWEEPS = 2;

  private final Gram gram;
  private final Penalty penalty;
  private final ProductKernels kernels = ProductKernels.create();
  private SubGram sub;
  private final int[] position;
  private int size;

  private int[] variables = new int[BLOCK];
  private double[] weights = new double[BLOCK];
  private double[] gradient = new double[BLOCK];

  /**
   * For each block of 64 variables, G of these variables with each other, [64, 64]; null until it
   * is computed.
   */
  private double[][] locals = new double[1][];

  WorkingSet(Gram gram, Penalty penalty, SubGram.Tiles free) {
    this.gram = gram;
    this.penalty = penalty;
    sub = new SubGram(gram, free);
    position = new int[gram.units()];
    clear();
  }

  void clear() {
    Arrays.fill(position, -1);
    Arrays.fill(locals, null);
    size = 0;
    sub.clear();
  }

  /**
   * Returns the tiles of the counts to the list of free tiles. This object must not be used
   * afterwards.
   */
  void close() {
    sub.close();
  }

  boolean contains(int j) {
    return position[j] >= 0;
  }

  /**
   * Adds variable {@code j} with the weight {@code weight}; {@link #gather} then reads its counts
   * of pairs.
   */
  void add(int j, double weight) {
    if (size == variables.length) {
      variables = Arrays.copyOf(variables, 2 * size);
      weights = Arrays.copyOf(weights, 2 * size);
      gradient = Arrays.copyOf(gradient, 2 * size);
      locals = Arrays.copyOf(locals, 2 * size / BLOCK);
    }
    variables[size] = j;
    weights[size] = weight;
    position[j] = size++;
  }

  /**
   * Adds variables whose counts of pairs are gathered already, to an empty working set.
   *
   * @param units the variables, in the order of their places in {@code known}
   * @param start weights of all units, [d]
   * @param known counts of pairs of these variables; closed with this object
   */
  void begin(int[] units, double[] start, SubGram known) {
    for (int j : units) {
      add(j, start[j]);
    }
    sub.close();
    sub = known;
  }

  /** Returns whether the counts of pairs of all variables in the working set are gathered. */
  boolean complete() {
    return sub.size() == size;
  }

  /**
   * Returns the gathering of the counts of pairs that the working set lacks; null if none are
   * missing.
   */
  @Nullable Gathering gather() {
    if (complete()) {
      return null;
    }
    Arrays.fill(locals, sub.size() / BLOCK, locals.length, null);
    return sub.add(variables, size);
  }

  /**
   * Sets the gradients of the variables in the working set to those in {@code gradients}, c − Gw of
   * all units, [d].
   */
  void read(double[] gradients) {
    for (int i = 0; i < size; i++) {
      gradient[i] = gradients[variables[i]];
    }
  }

  /**
   * Computes the gradients c − Gw of the variables in the working set from c of {@code moments} and
   * the gathered counts of pairs; weights outside the working set are taken as 0.
   */
  void read(Moments moments) {
    for (int i = 0; i < size; i++) {
      gradient[i] = moments.covariance()[variables[i]];
    }
    for (int b = 0; b < size; b += BLOCK) {
      int n = Math.min(BLOCK, size - b);
      double[] local = local(b, n);
      for (int i = 0; i < n; i++) {
        if (weights[b + i] != 0) {
          kernels.subtract(local, i, weights[b + i], gradient, b / BLOCK);
        }
      }
      propagate(b, n, Arrays.copyOfRange(weights, b, b + n), true);
    }
  }

  /**
   * Sweeps once over the blocks of 64 variables, and twice over the variables of each block: sets
   * each weight to its best value for the other weights. Returns the largest step, |change of
   * w_j|·G_jj, in units of the gradient.
   *
   * @param precise whether counts times a block's changes, for the gradients of other blocks, are
   *     summed in double precision
   */
  double sweep(double lambda, boolean precise) {
    double largest = 0;
    double[] changes = new double[BLOCK];
    for (int b = 0; b < size; b += BLOCK) {
      int n = Math.min(BLOCK, size - b);
      double step = descend(b, n, lambda, changes);
      if (step > 0) {
        propagate(b, n, changes, precise);
        largest = Math.max(largest, step);
      }
    }
    return largest;
  }

  /**
   * Returns G of a block's variables with each other, [64, 64], computed at the first call and
   * again after variables were added to the block.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   */
  private double[] local(int b, int n) {
    double[] local = locals[b / BLOCK];
    if (local == null) {
      local = new double[BLOCK * BLOCK];
      CountMatrix tile = sub.tile(b / BLOCK, b / BLOCK);
      for (int i = 0; i < n; i++) {
        int j = variables[b + i];
        for (int k = 0; k < i; k++) {
          double element = gram.element(tile.get(i, k), j, variables[b + k]);
          local[i * BLOCK + k] = element;
          local[k * BLOCK + i] = element;
        }
        local[i * BLOCK + i] = gram.curvature(j) / gram.runs();
      }
      locals[b / BLOCK] = local;
    }
    return local;
  }

  /**
   * Sweeps twice over the variables of a block: sets w_j to soft(g_j + G_jj·w_j, λρp_j)/(G_jj + λ(1
   * − ρ)), where g is the gradient c − Gw and soft(x, a) is x moved towards 0 by a. Returns the
   * largest step, |change of w_j|·G_jj.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   * @param changes becomes by how much each of the block's weights changed, [64]
   */
  private double descend(int b, int n, double lambda, double[] changes) {
    double[] local = local(b, n);
    Arrays.fill(changes, 0);
    double largest = 0;
    double ridge = lambda * penalty.ridge();
    for (int sweep = 0; sweep < INNER_SWEEPS; sweep++) {
      for (int i = 0; i < n; i++) {
        double curvature = local[i * BLOCK + i];
        if (curvature <= 0) {
          continue; // all runs hold the unit, or all lack it: G_jj is 0 and the weight stays 0
        }
        double old = weights[b + i];
        double pull = gradient[b + i] + curvature * old;
        double beyond = Math.abs(pull) - lambda * penalty.threshold(variables[b + i]);
        double updated = beyond > 0 ? Math.copySign(beyond, pull) / (curvature + ridge) : 0;
        if (updated != old) {
          double change = updated - old;
          weights[b + i] = updated;
          changes[i] += change;
          largest = Math.max(largest, Math.abs(change) * curvature);
          kernels.subtract(local, i, change, gradient, b / BLOCK);
        }
      }
    }
    return largest;
  }

  /**
   * Brings the gradients of all other blocks up to date after the weights of a block have changed.
   *
   * @param b place of the block's first variable
   * @param n number of variables in the block
   * @param changes by how much the block's weights changed
   * @param precise whether counts times changes are summed in double precision
   */
  private void propagate(int b, int n, double[] changes, boolean precise) {
    int[] rows = new int[n];
    double[] moved = new double[n];
    int used = 0;
    double plain = 0;
    double held = 0;
    for (int i = 0; i < n; i++) {
      rows[used] = i;
      moved[used] = changes[i];
      plain += changes[i];
      held += changes[i] * gram.counts()[variables[b + i]];
      used += changes[i] != 0 ? 1 : 0;
    }
    double[] out = new double[BLOCK];
    float[] movedSingle = ProductKernels.rounded(moved);
    float[] single = new float[BLOCK];
    for (int from = 0; from < size; from += BLOCK) {
      if (from == b) {
        continue;
      }
      CountMatrix tile = sub.tile(b / BLOCK, from / BLOCK);
      if (precise) {
        Arrays.fill(out, 0);
        kernels.add(tile, 0, rows, 0, used, moved, out);
      } else {
        Arrays.fill(single, 0);
        kernels.add(tile, 0, rows, 0, used, movedSingle, single);
      }
      for (int k = from; k < Math.min(from + BLOCK, size); k++) {
        double share = gram.counts()[variables[k]] * (held / gram.runs());
        double product = precise ? out[k - from] : single[k - from];
        gradient[k] -= (product + gram.offset() * plain - share) / gram.runs();
      }
    }
  }

  /**
   * Returns the absolute duality gap at {@code lambda} over the variables in the working set, as if
   * every other variable met its optimality condition.
   */
  double gap(Moments moments, double lambda) {
    Certificate certificate = new Certificate(moments.variance(), lambda, penalty);
    for (int i = 0; i < size; i++) {
      certificate.add(variables[i], moments.covariance()[variables[i]], weights[i], gradient[i]);
    }
    return certificate.gap();
  }

  /**
   * Copies the weights of the variables in the working set into {@code all}, the weights of all
   * units, [d].
   */
  void write(double[] all) {
    for (int i = 0; i < size; i++) {
      all[variables[i]] = weights[i];
    }
  }
}
