package dev.whence.design;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Purpose;
import java.util.Locale;

/**
 * The distribution D_S over subsets of S: a pure function from (seed, purpose, row) to a mask.
 *
 * <p>A new kind of design is one class in this package and one line in {@link #create}.
 */
@Api
public sealed interface Design
    permits UniformSubsets, BernoulliSubsets, StratifiedSubsets, ComplementaryPairs, SelectedUnits {

  /** Returns d, the number of units. */
  int units();

  /** Returns the fraction of the units that a subset holds, on average. */
  double alpha();

  /** Returns the subset of row {@code row}. */
  Mask mask(long seed, Purpose purpose, long row);

  /** The kinds of designs, as they are named in a configuration. */
  enum Kind {
    UNIFORM,
    BERNOULLI,
    STRATIFIED,
    COMPLEMENTARY;

    /** Returns the kind with the given name. */
    public static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.label().equals(name)) {
          return kind;
        }
      }
      throw BadInputException.at("design", "uniform, bernoulli, stratified or complementary", name);
    }

    /** Returns the name in configurations. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Returns the design of a kind.
   *
   * @param strata class of each unit, for stratified designs; empty where units have no single
   *     class
   */
  static Design create(Kind kind, int units, double alpha, int[] strata) {
    if (!(alpha > 0 && alpha < 1)) {
      throw BadInputException.at("alpha", "a fraction between 0 and 1", alpha);
    }
    if (units < 2) {
      throw BadInputException.at("design", "at least 2 units", units);
    }
    return switch (kind) {
      case UNIFORM -> new UniformSubsets(units, alpha);
      case BERNOULLI -> new BernoulliSubsets(units, alpha);
      case STRATIFIED -> {
        if (strata.length != units) {
          throw BadInputException.at(
              "design", "a class for every unit to stratify by", "units of mixed or no classes");
        }
        yield new StratifiedSubsets(strata, alpha);
      }
      case COMPLEMENTARY -> {
        if (alpha != 0.5) {
          throw BadInputException.at("design complementary", "alpha 0.5", alpha);
        }
        yield new ComplementaryPairs(new UniformSubsets(units, alpha));
      }
    };
  }

  /** Returns the size of an exact subset: alpha·d rounded half up, at least 1 and less than d. */
  static int size(int units, double alpha) {
    return Math.clamp(Math.round(alpha * units), 1, units - 1);
  }
}
