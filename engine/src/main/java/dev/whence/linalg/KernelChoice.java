package dev.whence.linalg;

import java.util.List;
import java.util.Locale;

/**
 * Which implementation of the kernels this process uses.
 *
 * <p>The widest that the machine has, or the one that {@code
 * -Dwhence.kernels=scalar|vector256|vector512} names. All of them give the same bits, so the choice
 * is never recorded.
 */
public final class KernelChoice {

  /** System property that forces an implementation. */
  public static final String PROPERTY = "whence.kernels";

  private KernelChoice() {}

  /** Returns whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
  public static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Returns every implementation that can run here, the scalar one first. */
  public static List<DenseKernels> available() {
    return vectorModulePresent() ? VectorProvider.all() : List.of(new ScalarDenseKernels());
  }

  static DenseKernels dense() {
    String forced = System.getProperty(PROPERTY, "").toLowerCase(Locale.ROOT);
    if (!forced.isEmpty()) {
      return available().stream()
          .filter(kernels -> kernels.name().equals(forced))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "-D%s: expected one of %s, found %s"
                          .formatted(
                              PROPERTY,
                              available().stream().map(DenseKernels::name).toList(),
                              forced)));
    }
    return vectorModulePresent() ? VectorProvider.widest() : new ScalarDenseKernels();
  }

  /** Apart, so that a JVM without the module never loads a class that names it. */
  private static final class VectorProvider {
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
