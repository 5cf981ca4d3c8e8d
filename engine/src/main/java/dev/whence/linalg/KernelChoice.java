package dev.whence.linalg;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows the width of the machine's vectors and which implementation of kernels a system property
 * forces: {@code -Dwhence.kernels=scalar|vector256|vector512} for the dense kernels, {@code
 * -Dwhence.counts=scalar|tables|popcount512} for the count kernels. Each interface of kernels lists
 * its implementations and uses this class to choose one of them.
 *
 * <p>All implementations of an interface give the same bits, so the choice is never recorded.
 */
public final class KernelChoice {

  /** System property that forces an implementation of the dense kernels. */
  public static final String PROPERTY = "whence.kernels";

  /** System property that forces an implementation of the count kernels. */
  public static final String COUNTS = "whence.counts";

  /** Names of the implementations of the dense kernels, as the system property gives them. */
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
   * Returns whether products and convolutions use vectors: true where the machine has vectors of
   * 256 bits or more and the system property {@link #PROPERTY} does not force scalar kernels.
   */
  public static boolean vectors() {
    return bits() >= 256 && !"scalar".equals(forced(PROPERTY, DENSE, name -> name));
  }

  /**
   * Returns the implementation that system property {@code property} names, or null where the
   * property is not set; throws {@link UnknownKernelsException} where no implementation has the
   * name.
   *
   * @param kernels implementations that run on this machine
   * @param name function that returns the name of an implementation
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
   * Returns the width of vectors in a class of its own, so that a JVM without the vector module,
   * which never loads this class, needs no class of that module.
   */
  private static final class Vectors {
    static int bits() {
      return jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
  }
}
