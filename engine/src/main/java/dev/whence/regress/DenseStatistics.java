package dev.whence.regress;

import dev.whence.linalg.BitColumns;
import dev.whence.linalg.Parallel;

/** {@link Statistics} as plain arrays in memory: 8·d·(d + n) bytes. */
public final class DenseStatistics implements Statistics {

  /**
   * Targets whose outputs are summed together: a panel of them stays in cache while every unit
   * reads it.
   */
  private static final int PANEL = 64;

  /** Outputs whose variance is below this part of their squared mean are equal up to rounding. */
  private static final double CONSTANT = 1e-24;

  private final int runs;
  private final double[][] gram;
  private final double[] means;
  private final double[][] covariances;
  private final double[] variances;
  private final double[] outputMeans;

  private DenseStatistics(int runs, int units, int targets) {
    this.runs = runs;
    gram = new double[units][units];
    means = new double[units];
    covariances = new double[targets][units];
    variances = new double[targets];
    outputMeans = new double[targets];
  }

  /**
   * Computes the statistics of some runs and targets.
   *
   * <p>Counts are exact; sums of outputs are taken in the order of the rows, of outputs less their
   * mean, so the result does not depend on the number of threads.
   */
  public static DenseStatistics of(Runs runs, int[] rows, int[] targets, Parallel parallel) {
    DenseStatistics statistics = new DenseStatistics(rows.length, runs.units(), targets.length);
    BitColumns columns = BitColumns.ofRows(runs.masks(), runs.units(), rows);
    statistics.fillGram(columns, parallel);
    int panels = Math.ceilDiv(targets.length, PANEL);
    for (int p = 0; p < panels; p++) {
      statistics.fillTargets(runs, rows, targets, p * PANEL, columns, parallel);
    }
    return statistics;
  }

  private void fillGram(BitColumns columns, Parallel parallel) {
    double m = runs;
    for (int j = 0; j < means.length; j++) {
      means[j] = columns.count(j) / m;
    }
    parallel.forEach(
        means.length,
        j -> {
          for (int k = 0; k <= j; k++) {
            gram[j][k] = columns.common(j, k) / m - means[j] * means[k];
          }
        });
    parallel.forEach(
        means.length,
        j -> {
          for (int k = j + 1; k < means.length; k++) {
            gram[j][k] = gram[k][j];
          }
        });
  }

  private void fillTargets(
      Runs source, int[] rows, int[] targets, int from, BitColumns columns, Parallel parallel) {
    int width = Math.min(PANEL, targets.length - from);
    double[] panel = new double[Math.multiplyExact(rows.length, width)];
    for (int t = 0; t < width; t++) {
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        double y = source.output(rows[i], targets[from + t]);
        panel[i * width + t] = y;
        sum += y;
      }
      double mean = sum / rows.length;
      double squares = 0;
      for (int i = 0; i < rows.length; i++) {
        double centred = panel[i * width + t] - mean;
        panel[i * width + t] = centred;
        squares += centred * centred;
      }
      boolean constant = squares <= CONSTANT * rows.length * mean * mean;
      for (int i = 0; constant && i < rows.length; i++) {
        panel[i * width + t] = 0;
      }
      outputMeans[from + t] = mean;
      variances[from + t] = constant ? 0 : squares / rows.length;
    }
    parallel.forEach(
        means.length,
        j -> {
          if (gram[j][j] == 0) {
            return; // held by every run or none: its covariance is 0, not what rounding leaves
          }
          double[] sums = new double[width];
          columns.addRows(j, panel, width, sums);
          for (int t = 0; t < width; t++) {
            covariances[from + t][j] = sums[t] / rows.length;
          }
        });
  }

  @Override
  public int runs() {
    return runs;
  }

  @Override
  public int units() {
    return means.length;
  }

  @Override
  public int targets() {
    return variances.length;
  }

  @Override
  public double[] gram(int j) {
    return gram[j];
  }

  @Override
  public double mean(int j) {
    return means[j];
  }

  @Override
  public double[] covariance(int t) {
    return covariances[t];
  }

  @Override
  public double variance(int t) {
    return variances[t];
  }

  @Override
  public double outputMean(int t) {
    return outputMeans[t];
  }
}
