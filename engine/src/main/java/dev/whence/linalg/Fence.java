package dev.whence.linalg;

/**
 * Checks of the kernels' arguments. The vector module's own check of every access is switched off
 * (docs/decisions/0006), and some kernels use raw addresses: a wrong length would corrupt memory in
 * silence. Each method returns true or throws an {@link AssertionError} that names the expected
 * value. All are called in {@code assert} statements, so that the checks cost nothing where
 * assertions are off; tests run with assertions on.
 */
public final class Fence {

  private Fence() {}

  /**
   * Returns true; fails with an {@link AssertionError} if a condition does not hold.
   *
   * @param expected format of the error's message after "expected": the expected value and, where
   *     it says so, the found values
   * @param found arguments of the format
   */
  public static boolean is(boolean holds, String expected, Object... found) {
    if (!holds) {
      throw new AssertionError("expected " + expected.formatted(found));
    }
    return true;
  }

  /**
   * Returns true; fails with an {@link AssertionError} if an array's length is below {@code
   * atLeast}.
   */
  public static boolean length(String what, int length, long atLeast) {
    return is(length >= atLeast, "%s of at least %d, found %d", what, atLeast, length);
  }

  /** Returns true; fails with an {@link AssertionError} unless 0 ≤ from ≤ to ≤ end. */
  public static boolean range(String what, int from, int to, int end) {
    return is(
        from >= 0 && from <= to && to <= end, "%s %d … %d within 0 … %d", what, from, to, end);
  }
}
