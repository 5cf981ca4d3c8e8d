package dev.whence.regress;

import dev.whence.linalg.ProductKernels;
import java.util.Arrays;

/**
 * The variables that coordinate descent visits at one λ, with their part of G, w and the gradient c
 * − Gw side by side in memory, in double precision.
 *
 * <p>Variables are only added; those that are zero cost one comparison a sweep.
 */
final class WorkingSet {

  private static final int FIRST_CAPACITY = 64;

  private final Gram source;
  private final Penalty penalty;
  private final ProductKernels kernels = ProductKernels.create();
  private final int[] position;
  private int size;
  private int[] variables = new int[FIRST_CAPACITY];
  private double[][] gram = new double[FIRST_CAPACITY][FIRST_CAPACITY];
  private double[] curvatures = new double[FIRST_CAPACITY];
  private double[] weights = new double[FIRST_CAPACITY];
  private double[] gradient = new double[FIRST_CAPACITY];

  WorkingSet(Gram source, Penalty penalty) {
    this.source = source;
    this.penalty = penalty;
    position = new int[source.units()];
    clear();
  }

  void clear() {
    Arrays.fill(position, -1);
    size = 0;
  }

  boolean contains(int j) {
    return position[j] >= 0;
  }

  /** Adds variable {@code j} with its weight. */
  void add(int j, double weight) {
    if (size == variables.length) {
      grow();
    }
    int[] common = new int[size];
    source.gather(j, variables, size, common);
    double share = (double) source.counts()[j] / source.runs();
    double[] row = gram[size];
    for (int i = 0; i < size; i++) {
      double centred = common[i] + source.offset() - share * source.counts()[variables[i]];
      row[i] = centred / source.runs();
      gram[i][size] = row[i];
    }
    curvatures[size] = source.curvature(j) / source.runs();
    gram[size][size] = curvatures[size];
    variables[size] = j;
    weights[size] = weight;
    position[j] = size++;
  }

  private void grow() {
    int capacity = 2 * size;
    variables = Arrays.copyOf(variables, capacity);
    curvatures = Arrays.copyOf(curvatures, capacity);
    weights = Arrays.copyOf(weights, capacity);
    gradient = Arrays.copyOf(gradient, capacity);
    gram = Arrays.copyOf(gram, capacity);
    for (int i = 0; i < capacity; i++) {
      gram[i] = i < size ? Arrays.copyOf(gram[i], capacity) : new double[capacity];
    }
  }

  /** Takes the gradients of the variables here from those of all, [d]. */
  void read(double[] gradients) {
    for (int i = 0; i < size; i++) {
      gradient[i] = gradients[variables[i]];
    }
  }

  /**
   * Minimises over each variable in turn: soft-thresholding of its gradient with its own part put
   * back. Returns the largest step, in units of the gradient.
   */
  double sweep(double lambda) {
    double largest = 0;
    double ridge = lambda * penalty.ridge();
    for (int i = 0; i < size; i++) {
      double curvature = curvatures[i];
      if (curvature <= 0) {
        continue; // a unit that every run holds, or none: its weight stays 0
      }
      double old = weights[i];
      double pull = gradient[i] + curvature * old;
      double beyond = Math.abs(pull) - lambda * penalty.threshold(variables[i]);
      double updated = beyond > 0 ? Math.copySign(beyond, pull) / (curvature + ridge) : 0;
      if (updated != old) {
        double change = updated - old;
        weights[i] = updated;
        largest = Math.max(largest, Math.abs(change) * curvature);
        kernels.subtract(gram[i], change, gradient, size);
      }
    }
    return largest;
  }

  /** Returns the duality gap as it would be if every variable outside met its condition. */
  double gap(Moments moments, double lambda) {
    double cw = 0;
    double gw = 0;
    double norm = 0;
    double steepest = 0;
    for (int i = 0; i < size; i++) {
      int j = variables[i];
      double threshold = lambda * penalty.threshold(j);
      double g = gradient[i] - lambda * penalty.ridge() * weights[i];
      cw += moments.covariance()[j] * weights[i];
      gw += g * weights[i];
      norm += threshold * Math.abs(weights[i]);
      steepest = Math.max(steepest, Math.abs(g) / threshold);
    }
    return Certificate.gap(moments.variance(), cw, gw, norm, steepest);
  }

  /** Writes the weights to those of all, [d]. */
  void write(double[] all) {
    for (int i = 0; i < size; i++) {
      all[variables[i]] = weights[i];
    }
  }
}
