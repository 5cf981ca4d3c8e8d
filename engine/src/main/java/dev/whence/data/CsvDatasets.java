package dev.whence.data;

import dev.whence.base.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Datasets from tables (docs/formats.md): a label, features that are numbers, and columns {@code
 * name}, {@code group} and {@code split}.
 */
final class CsvDatasets {

  private static final Set<String> LABEL_NAMES = Set.of("label", "target", "class", "y");

  private CsvDatasets() {}

  static Split file(Path file, Reading reading) {
    CsvTable table = CsvTable.read(file, reading);
    Dataset all = datasets(List.of(table), reading).getFirst();
    List<String> split = table.values("split");
    if (split == null) {
      return new Split(all, null);
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    for (int i = 0; i < split.size(); i++) {
      switch (split.get(i).toLowerCase(Locale.ROOT)) {
        case "train" -> train.add(i);
        case "test" -> test.add(i);
        default ->
            throw BadInputException.at(table.where(i), "split 'train' or 'test'", split.get(i));
      }
    }
    if (train.isEmpty()) {
      throw BadInputException.at(file, "rows whose split is 'train'", "none");
    }
    return new Split(all.select(ints(train)), test.isEmpty() ? null : all.select(ints(test)));
  }

  static Split files(Path trainFile, @Nullable Path testFile, Reading reading) {
    CsvTable train = CsvTable.read(trainFile, reading);
    if (testFile == null) {
      return new Split(datasets(List.of(train), reading).getFirst(), null);
    }
    CsvTable test = CsvTable.read(testFile, reading);
    if (!test.header().equals(train.header())) {
      throw BadInputException.at(
          testFile, "the columns " + train.header(), test.header().toString());
    }
    List<Dataset> both = datasets(List.of(train, test), reading);
    return new Split(both.get(0), both.get(1));
  }

  /**
   * Index of the column of each role; −1 where no column has the role.
   *
   * @param features indices of the feature columns
   */
  private record Roles(int label, int group, int name, List<Integer> features) {}

  /** Reads tables of the same columns; the labels of all tables together determine the classes. */
  private static List<Dataset> datasets(List<CsvTable> tables, Reading reading) {
    Roles roles = roles(tables.getFirst(), reading);
    List<Labels> labels = TextLabels.read(tables, roles.label(), reading);
    return IntStream.range(0, tables.size())
        .mapToObj(i -> dataset(tables.get(i), roles, labels.get(i)))
        .toList();
  }

  private static Dataset dataset(CsvTable table, Roles roles, Labels labels) {
    int columns = roles.features().size();
    int rows = table.rows().size();
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int j = 0; j < columns; j++) {
      float[] column = table.numbers(roles.features().get(j));
      for (int i = 0; i < rows; i++) {
        values[i * columns + j] = column[i];
      }
    }
    List<String> groups = roles.group() < 0 ? null : table.values(roles.group());
    if (groups != null && groups.contains("")) {
      throw BadInputException.at(
          table.where(groups.indexOf(""), roles.group()), "a group", "nothing");
    }
    Metadata metadata =
        new Metadata(
            roles.name() < 0 ? null : table.values(roles.name()),
            groups,
            null,
            null,
            table.lines().stream().map(line -> "line " + line).toList());
    return new Dataset(new Features(rows, new int[] {columns}, values, false), labels, metadata);
  }

  private static Roles roles(CsvTable table, Reading reading) {
    ReadOptions options = reading.options();
    int label = label(table, reading);
    int group = column(table, "group", options.group());
    int name = column(table, "name", options.name());
    Set<Integer> other = new HashSet<>(table.columns(Set.of("split")));
    other.addAll(List.of(label, group, name));
    List<Integer> features = new ArrayList<>();
    for (int j = 0; j < table.header().size(); j++) {
      if (other.contains(j)) {
        continue;
      }
      boolean unnamed = table.header().get(j).isEmpty();
      if (unnamed && !distinct(table, j)) {
        reading.tell("%s: column %d, which has no name, is left out", table.file(), j + 1);
      } else if (unnamed || (table.header().get(j).equalsIgnoreCase("id") && distinct(table, j))) {
        reading.tell(
            "%s: column %d%s is %s",
            table.file(),
            j + 1,
            unnamed ? ", which has no name," : " ('" + table.header().get(j) + "')",
            name < 0 ? "taken for the rows' names, not for a feature" : "left out");
        name = name < 0 ? j : name;
      } else {
        features.add(j);
      }
    }
    if (features.isEmpty()) {
      throw BadInputException.at(table.file(), "at least one feature column", "none");
    }
    return new Roles(label, group, name, features);
  }

  private static boolean distinct(CsvTable table, int column) {
    return new HashSet<>(table.values(column)).size() == table.rows().size();
  }

  private static int column(CsvTable table, String option, @Nullable String said) {
    if (said != null) {
      return table.named(option, said);
    }
    List<Integer> found = table.columns(Set.of(option));
    return found.isEmpty() ? -1 : found.getFirst();
  }

  private static int label(CsvTable table, Reading reading) {
    String said = reading.options().label();
    if (said != null) {
      return table.named("label", said);
    }
    List<Integer> candidates = new ArrayList<>(table.columns(LABEL_NAMES));
    if (candidates.size() > 1 && !table.columns(Set.of("x")).isEmpty()) {
      candidates.removeAll(table.columns(Set.of("y"))); // x and y are coordinates
    }
    if (candidates.size() > 1) {
      throw BadInputException.at(
          table.file(),
          "one column that may be the label (--label COLUMN says which)",
          candidates.stream().map(table.header()::get).toList());
    }
    if (candidates.size() == 1) {
      int found = candidates.getFirst();
      String name = table.header().get(found);
      if (!table.columns(Set.of("x")).isEmpty() && name.equalsIgnoreCase("y")) {
        reading.tell(
            "%s: '%s' is taken for the label, though there is x (--label)", table.file(), name);
      }
      return found;
    }
    int last = table.header().size() - 1;
    reading.tell(
        "%s: the last column, '%s', is taken for the label (--label)",
        table.file(), table.header().get(last));
    return last;
  }

  static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
