package dev.whence.linalg.count;

import dev.whence.linalg.KernelChoice;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the implementations of {@link CountKernels}: the one that a property forces, else
 * the scalar one for little work. For much work sums are computed by tables; for counts of pairs,
 * where the machine need not emulate several implementations on vectors, a short calibration
 * chooses, because the width of the vectors does not tell which is fastest.
 */
final class CountChoice {

  /**
   * Multiply-adds that the scalar kernel does in a few seconds; for less work the scalar kernel is
   * chosen, because compiling vector kernels does not pay.
   */
  private static final double SMALL = 3e11;

  private CountChoice() {}

  static List<CountKernels> available() {
    return KernelChoice.vectorModulePresent()
        ? VectorProvider.all()
        : List.of(new ScalarCountKernels());
  }

  static List<CountKernels> notEmulated() {
    int bits = KernelChoice.bits();
    return available().subList(0, bits >= 512 ? 3 : bits >= 256 ? 2 : 1);
  }

  static CountKernels counts(double work) {
    CountKernels forced = forced();
    if (forced != null) {
      return forced;
    }
    return work < SMALL ? new ScalarCountKernels() : Calibrated.FASTEST;
  }

  static CountKernels sums(double work) {
    CountKernels forced = forced();
    if (forced != null) {
      return forced;
    }
    return work < SMALL / 50 || !KernelChoice.vectorModulePresent()
        ? new ScalarCountKernels()
        : VectorProvider.tables();
  }

  static List<ProductKernels> products() {
    return VectorProvider.products();
  }

  private static @Nullable CountKernels forced() {
    return KernelChoice.forced(KernelChoice.COUNTS, available(), CountKernels::name);
  }

  /** Holds the fastest count kernels for much work, measured when this class is first used. */
  private static final class Calibrated {
    static final CountKernels FASTEST = fastest();

    /**
     * Nanoseconds for which each kernel is run on a small matrix before it is measured; by then
     * most of the kernel is compiled.
     */
    private static final long WARM_UP = 600_000_000;

    /**
     * Nanoseconds in which no kernel improved its best time, after which the measurement ends; it
     * is not shorter because some kernels are compiled late.
     */
    private static final long SETTLED = 600_000_000;

    /**
     * A kernel's time counts as an improvement where it is below this fraction of the kernel's best
     * time.
     */
    private static final double BETTER = 0.95;

    /**
     * Returns the fastest of the implementations on vectors that the machine need not emulate, or
     * the scalar one where there are none: vector kernels count many times faster.
     */
    private static CountKernels fastest() {
      List<CountKernels> kernels = notEmulated();
      kernels = kernels.subList(Math.min(1, kernels.size() - 1), kernels.size());
      return kernels.size() == 1 ? kernels.getFirst() : fastest(kernels);
    }

    private static CountKernels fastest(List<CountKernels> kernels) {
      BitColumns small = random(64 * 16, 256);
      kernels.forEach(
          k -> {
            for (long start = System.nanoTime(); System.nanoTime() - start < WARM_UP; ) {
              nanoseconds(k, small);
            }
          });
      BitColumns large = random(64 * 128, 2048);
      long[] best = new long[kernels.size()];
      Arrays.fill(best, Long.MAX_VALUE);
      for (long start = System.nanoTime(); System.nanoTime() - start < SETTLED; ) {
        for (int k = 0; k < best.length; k++) {
          long time = nanoseconds(kernels.get(k), large);
          if (time < best[k] * BETTER) {
            best[k] = time;
            start = System.nanoTime();
          }
        }
      }
      return IntStream.range(0, best.length)
          .boxed()
          .min(Comparator.comparingLong(k -> best[k]))
          .map(kernels::get)
          .orElseThrow();
    }

    /** Returns a 0/1 matrix of random bits, the same for the same shape. */
    private static BitColumns random(int rows, int columns) {
      byte[] packed = new byte[rows * columns / 8];
      new SplittableRandom(1).nextBytes(packed);
      return BitColumns.ofRows(packed, columns, IntStream.range(0, rows).toArray());
    }

    /**
     * Returns the nanoseconds that {@code kernels} take for the first panel, 64 columns, of XᵀX.
     */
    private static long nanoseconds(CountKernels kernels, BitColumns x) {
      int[] counts = new int[x.columns() * CountKernels.TILE];
      long start = System.nanoTime();
      kernels.gram(x, 0, 0, x.columns(), counts);
      return System.nanoTime() - start;
    }
  }

  /**
   * Makes the vector kernels in a class of its own, so that a JVM without the vector module, which
   * never loads this class, needs no class of that module.
   */
  private static final class VectorProvider {
    static CountKernels tables() {
      return new TableCountKernels();
    }

    static List<ProductKernels> products() {
      return List.of(new ScalarProductKernels(), new VectorProductKernels());
    }

    static List<CountKernels> all() {
      return List.of(new ScalarCountKernels(), new TableCountKernels(), new PopcountCountKernels());
    }
  }
}
