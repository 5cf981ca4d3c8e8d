package dev.whence.data;

import dev.whence.base.BadInputException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** Decides whether numeric labels are classes. */
final class LabelRule {

  /**
   * Most distinct values of floating-point labels that are taken for classes; all must be whole.
   */
  private static final int FEW = 20;

  /** Fewest examples a distinct value, on average, of floating-point labels taken for classes. */
  private static final int EXAMPLES_EACH = 4;

  private LabelRule() {}

  /**
   * Refuses labels with more distinct values than half the examples: such labels are numbers or
   * names.
   */
  static void requireClasses(String where, List<?> labels) {
    int distinct = new HashSet<>(labels).size();
    if (distinct > Math.max(2, labels.size() / 2)) {
      throw BadInputException.at(
          where,
          "classes that repeat (or --task regression, or --task classification)",
          "%,d different labels of %,d examples".formatted(distinct, labels.size()));
    }
  }

  /** Returns whether floating-point labels are classes, and reports where that is a guess. */
  static boolean areClasses(String where, double[] labels, Reading reading) {
    long distinct = Arrays.stream(labels).distinct().count();
    boolean whole = Arrays.stream(labels).allMatch(v -> v == Math.rint(v));
    boolean classes = whole && distinct <= FEW && distinct * EXAMPLES_EACH <= labels.length;
    if (classes) {
      reading.tell(
          "%s: %d whole values, written as floating-point numbers, are taken for classes (--task)",
          where, distinct);
    }
    if (!classes && whole) {
      reading.tell(
          "%s: %d whole values, written as floating-point numbers, are taken for real numbers (--task)",
          where, distinct);
    }
    return classes;
  }
}
