package dev.whence.regress;

import java.util.Arrays;

/**
 * The variables that coordinate descent visits, with their part of G, w and the gradient side by
 * side in memory.
 *
 * <p>Variables are only added; those that are zero cost one comparison a sweep.
 */
final class WorkingSet {

  private static final int FIRST_CAPACITY = 64;

  private final Statistics statistics;
  private final int[] position;
  private int size;
  private int[] variables = new int[FIRST_CAPACITY];
  private double[][] gram = new double[FIRST_CAPACITY][FIRST_CAPACITY];
  private double[] weights = new double[FIRST_CAPACITY];
  private double[] gradient = new double[FIRST_CAPACITY];

  WorkingSet(Statistics statistics) {
    this.statistics = statistics;
    position = new int[statistics.units()];
    clear();
  }

  void clear() {
    Arrays.fill(position, -1);
    size = 0;
  }

  boolean contains(int j) {
    return position[j] >= 0;
  }

  /** Adds variable {@code j} with its weight and gradient. */
  void add(int j, double weight, double gradientOfJ) {
    if (size == variables.length) {
      grow();
    }
    double[] row = statistics.gram(j);
    for (int i = 0; i < size; i++) {
      gram[size][i] = row[variables[i]];
      gram[i][size] = row[variables[i]];
    }
    gram[size][size] = row[j];
    variables[size] = j;
    weights[size] = weight;
    gradient[size] = gradientOfJ;
    position[j] = size++;
  }

  private void grow() {
    int capacity = 2 * size;
    variables = Arrays.copyOf(variables, capacity);
    weights = Arrays.copyOf(weights, capacity);
    gradient = Arrays.copyOf(gradient, capacity);
    gram = Arrays.copyOf(gram, capacity);
    for (int i = 0; i < capacity; i++) {
      gram[i] = i < size ? Arrays.copyOf(gram[i], capacity) : new double[capacity];
    }
  }

  /**
   * Minimises over each variable in turn: soft-thresholding of its gradient with its own part put
   * back. Returns the largest step, in units of the gradient.
   */
  double sweep(double lambda) {
    double largest = 0;
    for (int i = 0; i < size; i++) {
      double curvature = gram[i][i];
      if (curvature <= 0) {
        continue; // a unit that every run holds, or none: its weight stays 0
      }
      double old = weights[i];
      double pull = gradient[i] + curvature * old;
      double updated = Math.signum(pull) * Math.max(Math.abs(pull) - lambda, 0) / curvature;
      if (updated != old) {
        double change = updated - old;
        weights[i] = updated;
        largest = Math.max(largest, Math.abs(change) * curvature);
        double[] row = gram[i];
        for (int k = 0; k < size; k++) {
          gradient[k] -= change * row[k];
        }
      }
    }
    return largest;
  }

  /** Returns the duality gap as it would be if every variable outside kept within λ. */
  double gap(double[] covariance, double variance, double lambda) {
    double cw = 0;
    double gw = 0;
    double norm = 0;
    double steepest = 0;
    for (int i = 0; i < size; i++) {
      cw += covariance[variables[i]] * weights[i];
      gw += gradient[i] * weights[i];
      norm += Math.abs(weights[i]);
      steepest = Math.max(steepest, Math.abs(gradient[i]));
    }
    return Lasso.gap(variance, cw, gw, norm, steepest, lambda);
  }

  /** Writes the weights back and brings the gradient of every variable, c − Gw, up to date. */
  void writeTo(double[] allWeights, double[] allGradient) {
    for (int i = 0; i < size; i++) {
      int j = variables[i];
      double change = weights[i] - allWeights[j];
      if (change != 0) {
        double[] row = statistics.gram(j);
        for (int k = 0; k < allGradient.length; k++) {
          allGradient[k] -= change * row[k];
        }
        allWeights[j] = weights[i];
      }
    }
    for (int i = 0; i < size; i++) {
      gradient[i] = allGradient[variables[i]];
    }
  }
}
