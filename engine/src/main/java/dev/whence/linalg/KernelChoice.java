package dev.whence.linalg;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which implementations of the kernels this process uses; all give the same bits, so the choice is
 * never recorded.
 *
 * <p>Dense kernels are the widest that the machine has, or those that {@code
 * -Dwhence.kernels=scalar|vector256|vector512} names. Which count kernels are fastest cannot be
 * told from the width alone: where several vector kernels run, a short calibration chooses, or
 * {@code -Dwhence.counts=scalar|tables|popcount512}.
 */
public final class KernelChoice {

  /** System property that forces an implementation. */
  public static final String PROPERTY = "whence.kernels";

  /** System property that forces an implementation of the count kernels. */
  public static final String COUNTS = "whence.counts";

  /** What the scalar kernel counts in a few seconds. */
  private static final double SMALL = 3e11;

  private KernelChoice() {}

  /** Returns whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  public static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Returns every implementation that can run here, the scalar one first. */
  public static List<DenseKernels> available() {
    return vectorModulePresent() ? VectorProvider.all() : List.of(new ScalarDenseKernels());
  }

  /** Returns every implementation of the count kernels that can run here, the scalar one first. */
  public static List<CountKernels> availableCounts() {
    return vectorModulePresent() ? VectorProvider.counts() : List.of(new ScalarCountKernels());
  }

  /** Returns the implementations of the count kernels that are not emulated here. */
  public static List<CountKernels> worthTrying() {
    return vectorModulePresent() ? VectorProvider.worthTrying() : availableCounts();
  }

  /** Returns the fastest count kernels for large work. */
  public static CountKernels counts() {
    return counts(Double.POSITIVE_INFINITY);
  }

  /**
   * Returns the count kernels for work of so many multiply-adds: vectors take a second until they
   * are compiled.
   */
  public static CountKernels counts(double work) {
    CountKernels forced = forced(COUNTS, availableCounts(), CountKernels::name);
    if (forced != null) {
      return forced;
    }
    return work < SMALL ? new ScalarCountKernels() : Calibrated.FASTEST;
  }

  /** Returns the kernels for sums of so many multiply-adds. */
  public static CountKernels sums(double work) {
    CountKernels forced = forced(COUNTS, availableCounts(), CountKernels::name);
    if (forced != null) {
      return forced;
    }
    return work < SMALL / 50 || !vectorModulePresent()
        ? new ScalarCountKernels()
        : VectorProvider.sums();
  }

  static DenseKernels dense() {
    DenseKernels forced = forced(PROPERTY, available(), DenseKernels::name);
    if (forced != null) {
      return forced;
    }
    return vectorModulePresent() ? VectorProvider.widest() : new ScalarDenseKernels();
  }

  /** Returns every implementation of the products that can run here, the scalar one first. */
  public static List<ProductKernels> availableProducts() {
    return vectorModulePresent() ? VectorProvider.products() : List.of(new ScalarProductKernels());
  }

  /** Returns the products' kernels: vectors, unless the dense ones are forced to be scalar. */
  static ProductKernels products() {
    return dense() instanceof ScalarDenseKernels
        ? new ScalarProductKernels()
        : availableProducts().getLast();
  }

  /** Returns every implementation of the convolutions that can run here, the scalar one first. */
  public static List<ConvKernels> availableConvolutions() {
    return vectorModulePresent() ? VectorProvider.convolutions() : List.of(new ScalarConvKernels());
  }

  /** Returns the convolutions' kernels: vectors, unless the dense ones are forced to be scalar. */
  static ConvKernels convolutions() {
    return dense() instanceof ScalarDenseKernels
        ? new ScalarConvKernels()
        : availableConvolutions().getLast();
  }

  private static <K> @Nullable K forced(
      String property, List<K> kernels, Function<K, String> name) {
    String wanted = System.getProperty(property, "").toLowerCase(Locale.ROOT);
    if (wanted.isEmpty()) {
      return null;
    }
    return kernels.stream()
        .filter(k -> name.apply(k).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownKernelsException(
                    "-D%s: expected one of %s, found %s"
                        .formatted(property, kernels.stream().map(name).toList(), wanted)));
  }

  /** Holds the choice, made when first asked for. */
  private static final class Calibrated {
    static final CountKernels FASTEST = fastest();

    /** Long enough, on small work, for most of the vector kernels to be compiled. */
    private static final long WARM_UP = 600_000_000;

    /** A choice has to stand so long: kernels are compiled when the compiler finds time. */
    private static final long SETTLED = 600_000_000;

    private static final double BETTER = 0.95;

    /** Chooses among vector kernels where there are any: they count many times faster. */
    private static CountKernels fastest() {
      List<CountKernels> kernels = worthTrying();
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

    private static BitColumns random(int rows, int columns) {
      byte[] packed = new byte[rows * columns / 8];
      new SplittableRandom(1).nextBytes(packed);
      return BitColumns.ofRows(packed, columns, IntStream.range(0, rows).toArray());
    }

    private static long nanoseconds(CountKernels kernels, BitColumns x) {
      int[] counts = new int[x.columns() * CountKernels.TILE];
      long start = System.nanoTime();
      kernels.gram(x, 0, 0, x.columns(), counts);
      return System.nanoTime() - start;
    }
  }

  /** Apart, so that a JVM without the module never loads a class that names it. */
  private static final class VectorProvider {
    static CountKernels sums() {
      return new TableCountKernels();
    }

    static List<CountKernels> counts() {
      return List.of(new ScalarCountKernels(), new TableCountKernels(), new PopcountCountKernels());
    }

    static List<CountKernels> worthTrying() {
      int bits = jdk.incubator.vector.LongVector.SPECIES_PREFERRED.vectorBitSize();
      return counts().subList(0, bits >= 512 ? 3 : bits >= 256 ? 2 : 1);
    }

    static List<ProductKernels> products() {
      return List.of(new ScalarProductKernels(), new VectorProductKernels());
    }

    static List<ConvKernels> convolutions() {
      return List.of(new ScalarConvKernels(), new Vector256ConvKernels());
    }

    static List<DenseKernels> all() {
      return List.of(
          new ScalarDenseKernels(), new Vector256DenseKernels(), new Vector512DenseKernels());
    }

    static DenseKernels widest() {
      int bits = jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
      if (bits >= 512) {
        return new Vector512DenseKernels();
      }
      return bits >= 256 ? new Vector256DenseKernels() : new ScalarDenseKernels();
    }
  }
}
