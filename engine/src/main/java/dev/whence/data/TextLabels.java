package dev.whence.data;

import dev.whence.base.BadInputException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads labels of tables. Numbers are real labels where some have a point or an exponent, unless
 * {@link LabelRule} takes them for classes; whole numbers and words are classes. Contradictory
 * labels are refused with their line.
 */
final class TextLabels {

  /**
   * Words, in small letters, that stand for a missing value unless the user says that labels are
   * classes.
   */
  private static final Set<String> MISSING =
      Set.of("na", "n/a", "nan", "null", "none", "?", "-", "<na>", "#n/a");

  private TextLabels() {}

  /** Reads the labels of tables of the same columns; all tables together determine the classes. */
  static List<Labels> read(List<CsvTable> tables, int column, Reading reading) {
    List<String> all = new ArrayList<>();
    for (CsvTable table : tables) {
      for (int i = 0; i < table.rows().size(); i++) {
        String field = table.normal(table.rows().get(i).get(column));
        if (field.isEmpty()) {
          throw BadInputException.at(table.where(i, column), "a label", "nothing");
        }
        all.add(field);
      }
    }
    String task = reading.options().task();
    if (ReadOptions.REGRESSION.equals(task)) {
      return reals(tables, column);
    }
    String where =
        "%s, column '%s'"
            .formatted(tables.getFirst().file(), tables.getFirst().header().get(column));
    if (task == null) {
      long numbers = all.stream().filter(Decimal::isNumber).count();
      boolean real = all.stream().anyMatch(s -> Decimal.isNumber(s) && !Decimal.isWhole(s));
      if (numbers < all.size() && 2 * numbers >= all.size()) {
        refuse( // words among numbers: the user must say what they are
            tables,
            column,
            field -> !Decimal.isNumber(field),
            "a number as in %d other rows (or --task classification)".formatted(numbers));
      }
      refuse(
          tables,
          column,
          field -> MISSING.contains(field.toLowerCase(Locale.ROOT)),
          "a label (where this is a class: --task classification)");
      if (real && numbers == all.size() && !LabelRule.areClasses(where, doubles(all), reading)) {
        return reals(tables, column);
      }
      if (!real) {
        LabelRule.requireClasses(where, all);
      }
    }
    Comparator<String> order =
        all.stream().allMatch(Decimal::isNumber)
            ? Comparator.comparing(BigDecimal::new) // 1, 01, +1 and 1.0 are one class
            : Comparator.naturalOrder();
    TreeMap<String, Integer> classes = new TreeMap<>(order);
    all.forEach(label -> classes.put(label, 0));
    classes.replaceAll((label, zero) -> classes.headMap(label).size());
    return tables.stream().map(table -> classes(table, column, classes)).toList();
  }

  private static double[] doubles(List<String> all) {
    return all.stream().mapToDouble(Double::parseDouble).toArray();
  }

  private static Labels classes(CsvTable table, int column, SortedMap<String, Integer> classes) {
    int[] values = new int[table.rows().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = classes.getOrDefault(table.normal(table.rows().get(i).get(column)), -1);
    }
    return new Labels.Classes(values, List.copyOf(classes.keySet()));
  }

  private static List<Labels> reals(List<CsvTable> tables, int column) {
    return tables.stream().<Labels>map(t -> new Labels.Reals(t.numbers(column))).toList();
  }

  /** Refuses the first label for which {@code kind} is true, with its line. */
  private static void refuse(
      List<CsvTable> tables, int column, Predicate<String> kind, String expected) {
    for (CsvTable table : tables) {
      for (int i = 0; i < table.rows().size(); i++) {
        String field = table.normal(table.rows().get(i).get(column));
        if (kind.test(field)) {
          throw BadInputException.at(table.where(i, column), expected, "'" + field + "'");
        }
      }
    }
  }
}
