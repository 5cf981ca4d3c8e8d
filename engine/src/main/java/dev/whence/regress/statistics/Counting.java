package dev.whence.regress.statistics;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.BitColumns;
import dev.whence.linalg.count.CountKernels;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.regress.gram.Gram;
import java.util.List;
import java.util.stream.IntStream;

/** Counts the Gram matrix of masks that are in memory. */
public final class Counting {

  private Counting() {}

  /** Returns the Gram matrix of the runs whose masks are {@code x}. */
  public static Gram gram(BitColumns x, Parallel parallel) {
    int d = x.columns();
    int[] counts = x.counts();
    long held = IntStream.of(counts).asLongStream().sum();
    int offset = (int) (x.rows() * rate(held, x.rows(), d));
    boolean wide = x.rows() > 2 * Short.MAX_VALUE; // 16 bits reach 32,767 from the offset
    CountMatrix matrix = new CountMatrix(d, wide);
    CountKernels kernels = CountKernels.counts(d * (d + 1.0) / 2 * x.rows());
    parallel.forEach(
        matrix.panels(),
        tile -> {
          int first = tile * CountKernels.TILE;
          int[] common = new int[(d - first) * CountKernels.TILE];
          kernels.gram(x, tile, first, d, common);
          matrix.setPanel(tile, i -> common[i] - offset);
        });
    return new Gram(x.rows(), counts, offset, List.of(matrix));
  }

  /**
   * Returns the fraction of runs that hold a pair of units, if units were held independently.
   *
   * @param held sum over the runs of the number of units in the run's subset
   */
  static double rate(long held, int runs, int units) {
    double density = held / ((double) runs * units);
    return density * density;
  }
}
