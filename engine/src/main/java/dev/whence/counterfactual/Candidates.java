package dev.whence.counterfactual;

import dev.whence.pool.Intervention;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The nested sets among which a target's support is sought: the first k units of an order.
 *
 * @param target index of the target
 * @param order units in the order in which they are taken
 * @param most largest k
 * @param before outputs of models of the whole of S
 * @param change the intervention on the first k units
 * @param drops predicted fall of the output without the first k units, for k = 0, 1, …; null where
 *     nothing predicts it
 */
record Candidates(
    int target,
    int[] order,
    int most,
    Sample before,
    IntFunction<Intervention> change,
    double @Nullable [] drops) {

  /** Returns the first {@code size} units. */
  int[] units(int size) {
    return Arrays.copyOf(order, size);
  }

  /** Returns the support of a target about which models of the whole of S are wrong. */
  Support wrongAlready() {
    return new Support(target, 0, new int[0], true, before.mean(), 0);
  }

  /** Returns that no set was found. */
  Support none(int models) {
    return new Support(target, null, new int[0], false, null, models);
  }

  /**
   * Returns the smallest k whose predicted fall exceeds the output before (Ilyas et al. 2022, App.
   * F.3.2); −1 where there is none.
   */
  int predicted() {
    for (int k = 1; drops != null && k <= most; k++) {
      if (drops[k] > before.mean()) {
        return k;
      }
    }
    return -1;
  }
}
