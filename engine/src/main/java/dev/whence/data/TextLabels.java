package dev.whence.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Labels of tables. Numbers of which some have a point or an exponent are real; whole numbers and
 * words are classes. What contradicts itself is refused with its line.
 */
final class TextLabels {

  private TextLabels() {}

  /** Reads the labels of tables of the same columns; together they say what classes there are. */
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
        refuseMixture(tables, column, numbers);
      }
      if (real && numbers == all.size() && !LabelRule.areClasses(where, doubles(all), reading)) {
        return reals(tables, column);
      }
      if (!real) {
        LabelRule.requireClasses(where, all);
      }
    }
    boolean whole = all.stream().allMatch(Decimal::isWhole);
    TreeSet<String> names =
        new TreeSet<>(
            whole ? Comparator.<String>comparingLong(Long::parseLong) : Comparator.naturalOrder());
    names.addAll(all);
    List<String> ordered = List.copyOf(names);
    return tables.stream().map(table -> classes(table, column, ordered, whole)).toList();
  }

  private static double[] doubles(List<String> all) {
    return all.stream().mapToDouble(Double::parseDouble).toArray();
  }

  private static Labels classes(CsvTable table, int column, List<String> names, boolean whole) {
    int[] values = new int[table.rows().size()];
    for (int i = 0; i < values.length; i++) {
      String field = table.normal(table.rows().get(i).get(column));
      int at = names.indexOf(field);
      for (int k = 0; at < 0 && whole && k < names.size(); k++) { // +1 is 1
        at = Long.parseLong(names.get(k)) == Long.parseLong(field) ? k : -1;
      }
      values[i] = at;
    }
    return new Labels.Classes(values, names);
  }

  private static List<Labels> reals(List<CsvTable> tables, int column) {
    return tables.stream().<Labels>map(t -> new Labels.Reals(t.numbers(column))).toList();
  }

  /** Numbers, and words among them: which a person must say. */
  private static void refuseMixture(List<CsvTable> tables, int column, long numbers) {
    for (CsvTable table : tables) {
      for (int i = 0; i < table.rows().size(); i++) {
        String field = table.normal(table.rows().get(i).get(column));
        if (!Decimal.isNumber(field)) {
          throw BadInputException.at(
              table.where(i, column),
              "a number as in %d other rows (or --task classification)".formatted(numbers),
              "'" + field + "'");
        }
      }
    }
  }
}
