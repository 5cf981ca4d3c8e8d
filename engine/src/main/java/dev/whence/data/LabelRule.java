package dev.whence.data;

import dev.whence.base.BadInputException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** When numbers are classes. */
final class LabelRule {

  /**
   * Floating-point labels of at most so many whole values, each in several examples, are classes.
   */
  private static final int FEW = 20;

  private static final int EXAMPLES_EACH = 4;

  private LabelRule() {}

  /** Refuses labels of which most occur once: they are numbers or names of something. */
  static void requireClasses(String where, List<?> labels) {
    int distinct = new HashSet<>(labels).size();
    if (distinct > Math.max(2, labels.size() / 2)) {
      throw BadInputException.at(
          where,
          "classes that repeat (or --task regression, or --task classification)",
          "%,d different labels of %,d examples".formatted(distinct, labels.size()));
    }
  }

  /** Returns whether floating-point labels are classes, and tells where that is a guess. */
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
