package dev.whence.linalg;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among implementations of kernels. All implementations give the same bits, so the choice
 * is never recorded.
 *
 * <p>Each interface of kernels lists its implementations and chooses among them; this class knows
 * the width of the machine's vectors and which implementation a system property forces: {@code
 * -Dwhence.kernels=scalar|vector256|vector512} for the dense kernels, {@code
 * -Dwhence.counts=scalar|tables|popcount512} for the count kernels.
 */
public final class KernelChoice {

  /** System property that forces an implementation of the dense kernels. */
  public static final String PROPERTY = "whence.kernels";

  /** System property that forces an implementation of the count kernels. */
  public static final String COUNTS = "whence.counts";

  /** Names of the dense kernels. */
  private static final List<String> DENSE = List.of("scalar", "vector256", "vector512");

  private KernelChoice() {}

  /** Returns whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  public static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Returns the width of the machine's vectors in bits; 0 without the vector module. */
  public static int bits() {
    return vectorModulePresent() ? Vectors.bits() : 0;
  }

  /**
   * Returns whether products and convolutions use vectors: where the machine has vectors of 256
   * bits and scalar kernels are not forced.
   */
  public static boolean vectors() {
    return bits() >= 256 && !"scalar".equals(forced(PROPERTY, DENSE, name -> name));
  }

  /**
   * Returns the implementation that a system property names, or null where the property is not set.
   *
   * @param kernels implementations that run on this machine
   * @param name returns the name of an implementation
   */
  public static <K> @Nullable K forced(String property, List<K> kernels, Function<K, String> name) {
    String wanted = wanted(property);
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

  private static String wanted(String property) {
    return System.getProperty(property, "").toLowerCase(Locale.ROOT);
  }

  /**
   * Names the vector classes in a class of its own, which a JVM without the vector module never
   * loads.
   */
  private static final class Vectors {
    static int bits() {
      return jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
  }
}
