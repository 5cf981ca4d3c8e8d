package dev.whence.design;

import dev.whence.base.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The units of S, each of which is in or out of a subset as a whole: single examples, or groups of
 * examples.
 *
 * @param ofExample unit of each example of S
 * @param names name of each unit
 */
public record Units(int[] ofExample, List<String> names) {

  /** Whether a unit is an example or a group, as a configuration says it. */
  public enum Kind {
    EXAMPLE,
    GROUP
  }

  /** Returns the units of {@code train}. */
  public static Units of(Dataset train, Kind kind) {
    if (kind == Kind.EXAMPLE) {
      List<String> names = train.metadata().names();
      return new Units(
          IntStream.range(0, train.rows()).toArray(),
          names != null
              ? names
              : IntStream.range(0, train.rows()).mapToObj(Integer::toString).toList());
    }
    List<String> groups = train.metadata().groups();
    if (groups == null) {
      throw BadInputException.at("unit 'group'", "a dataset with groups", "none");
    }
    Map<String, Integer> index = new LinkedHashMap<>();
    groups.forEach(g -> index.putIfAbsent(g, index.size()));
    return new Units(
        groups.stream().mapToInt(index::get).toArray(), new ArrayList<>(index.keySet()));
  }

  /** Returns d, the number of units. */
  public int count() {
    return names.size();
  }

  /** Returns the examples of the units that {@code mask} holds, in increasing order. */
  public int[] members(Mask mask) {
    return IntStream.range(0, ofExample.length).filter(i -> mask.holds(ofExample[i])).toArray();
  }

  /**
   * Returns the class of each unit; an empty array where labels are real numbers, or a unit has
   * examples of several classes.
   */
  public int[] strata(Labels labels) {
    if (!(labels instanceof Labels.Classes classes)) {
      return new int[0];
    }
    int[] strata = new int[count()];
    java.util.Arrays.fill(strata, -1);
    for (int i = 0; i < ofExample.length; i++) {
      int unit = ofExample[i];
      if (strata[unit] >= 0 && strata[unit] != classes.values()[i]) {
        return new int[0];
      }
      strata[unit] = classes.values()[i];
    }
    return strata;
  }
}
