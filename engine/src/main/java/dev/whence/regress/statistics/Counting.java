package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.regress.gram.Gram;
import java.util.List;
import java.util.stream.IntStream;

/** Computes the Gram matrix G of masks that are in memory. */
public final class Counting {

  private Counting() {}

  /**
   * Returns the Gram matrix of the runs whose masks are the rows of {@code x}, whose columns are
   * units.
   */
  public static Gram gram(BitColumns x, Parallel parallel) {
    int d = x.columns();
    int[] counts = x.counts();
    long total = IntStream.of(counts).asLongStream().sum();
    int offset = (int) (x.rows() * rate(total, x.rows(), d));
    // No pair of units is held by more runs than either of its units.
    int most = IntStream.of(counts).max().orElse(0);
    boolean wide = Math.max(offset, most - offset) > Short.MAX_VALUE;
    CountMatrix matrix = new CountMatrix(d, wide);
    CountKernels kernels = CountKernels.counts(d * (d + 1.0) / 2 * x.rows());
    parallel.forEach(
        matrix.panels(),
        panel -> {
          int first = panel * CountKernels.TILE;
          int[] common = new int[(d - first) * CountKernels.TILE];
          kernels.gram(x, panel, first, d, common);
          matrix.setPanel(panel, i -> common[i] - offset);
        });
    return new Gram(x.rows(), counts, offset, List.of(matrix));
  }

  /**
   * Returns the fraction of runs that would hold both units of a pair if units were held
   * independently: the square of the mean fraction of the units that a run holds.
   *
   * @param total sum over the runs of the number of units in the run's subset
   */
  static double rate(long total, int runs, int units) {
    double density = total / ((double) runs * units);
    return density * density;
  }
}
