package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.explore.UnitList;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of units that a question is about, which may differ from target to target: {@code top:20},
 * or the same units for all targets.
 *
 * @param kind how the units are chosen
 * @param size number of units, k
 * @param listed the units of a set that is the same for all targets, increasing; else empty
 * @param text the set as it was asked for
 */
public record UnitSet(Kind kind, int size, int[] listed, String text) {

  private static final Pattern CHOSEN = Pattern.compile("([a-z-]+):(\\d{1,9})");

  /** A kind and no proper size. */
  private static final Pattern NEARLY =
      Pattern.compile("(?i)(top|bottom|zero|random|same-class|near)(:.*)?");

  /** How the units of a set are chosen for a target. */
  public enum Kind {
    /** The units with the largest scores. */
    TOP,
    /** The units with the smallest scores. */
    BOTTOM,
    /** Random units of score 0. */
    ZERO,
    /** Random units. */
    RANDOM,
    /** Random units of the target's class. */
    SAME_CLASS,
    /** The units whose features are nearest to the target's. */
    NEAR,
    /** Units by number, name or metadata: the same for every target. */
    LISTED;

    /** Returns the name in commands. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Returns the set of one kind and size. */
  public static UnitSet of(Kind kind, int size) {
    return new UnitSet(kind, size, new int[0], kind.label() + ":" + size);
  }

  /** Returns the set of these units, for every target. */
  public static UnitSet of(String text, int... units) {
    int[] sorted = units.clone();
    Arrays.sort(sorted);
    return new UnitSet(Kind.LISTED, sorted.length, sorted, text);
  }

  /**
   * Returns the set that a text asks for: {@code top:20}, {@code bottom:20}, {@code zero:40},
   * {@code random:20}, {@code same-class:20}, {@code near:20}, the name of a file of units, or a
   * query on the metadata such as {@code source=clinic-b and year<2015}.
   */
  public static UnitSet of(String text, Study study) throws IOException {
    Matcher matcher = CHOSEN.matcher(text.strip());
    if (text.isBlank() || NEARLY.matcher(text.strip()).matches() && !matcher.matches()) {
      throw BadInputException.at(
          "set of units", "one such as top:20, a file of units, or a query", text);
    }
    if (!matcher.matches()) {
      return of(text, UnitList.of(text, study).units());
    }
    int size = Integer.parseInt(matcher.group(2));
    int most = study.manifest().units() - 1;
    if (size < 1 || size > most) {
      throw BadInputException.at(text, "1 to %,d units".formatted(most), size);
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.LISTED && kind.label().equals(matcher.group(1))) {
        return of(kind, size);
      }
    }
    throw BadInputException.unknown(
        "set of units",
        Arrays.stream(Kind.values()).filter(k -> k != Kind.LISTED).map(Kind::label).toList(),
        matcher.group(1));
  }

  /** Returns whether the set depends on scores. */
  public boolean ofScores() {
    return kind == Kind.TOP || kind == Kind.BOTTOM || kind == Kind.ZERO;
  }
}
