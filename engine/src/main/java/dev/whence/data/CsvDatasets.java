package dev.whence.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Datasets from CSV with a header line.
 *
 * <p>The label is the column named {@code label}, {@code target}, {@code class} or {@code y}, else
 * the last one. Columns {@code name} and {@code group} are metadata, a column {@code split} with
 * the values train and test says where a row belongs; every other column is a numeric feature.
 * Labels that are all decimal numbers with a point are real, all others are classes.
 */
final class CsvDatasets {

  private static final Set<String> LABEL_NAMES = Set.of("label", "target", "class", "y");
  private static final Set<String> RESERVED = Set.of("name", "group", "split");

  private CsvDatasets() {}

  /** The header and records of a CSV file; every record has as many fields as the header. */
  record Table(Path file, List<String> header, List<CsvRecord> records) {

    /** Returns the index of the first of {@code names} in the header, or −1. */
    int column(Set<String> names) {
      for (int i = 0; i < header.size(); i++) {
        if (names.contains(header.get(i).toLowerCase(java.util.Locale.ROOT))) {
          return i;
        }
      }
      return -1;
    }

    @Nullable List<String> values(String name) {
      int column = column(Set.of(name));
      return column < 0 ? null : records.stream().map(r -> r.getField(column)).toList();
    }
  }

  static Table read(Path file) {
    return InputFiles.read(
        file,
        in -> {
          List<CsvRecord> records = new ArrayList<>();
          try (CsvReader<CsvRecord> reader =
              CsvReader.builder()
                  .allowMissingFields(true)
                  .allowExtraFields(true)
                  .ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.forEach(records::add);
          } catch (CsvParseException e) {
            throw BadInputException.at(file, "CSV", e.getMessage());
          }
          if (records.size() < 2) {
            throw BadInputException.at(
                file, "a header and at least one row", records.size() + " lines");
          }
          List<String> header = records.getFirst().getFields().stream().map(String::strip).toList();
          for (CsvRecord line : records) {
            if (line.getFieldCount() != header.size()) {
              throw BadInputException.at(
                  file + ", line " + line.getStartingLineNumber(),
                  header.size() + " fields",
                  line.getFieldCount());
            }
          }
          return new Table(file, header, List.copyOf(records.subList(1, records.size())));
        });
  }

  static Split file(Path file) {
    Table table = read(file);
    Dataset all = dataset(table, table, null);
    List<String> split = table.values("split");
    if (split == null) {
      return new Split(all, null);
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    for (int i = 0; i < split.size(); i++) {
      switch (split.get(i)) {
        case "train" -> train.add(i);
        case "test" -> test.add(i);
        default ->
            throw BadInputException.at(
                file + ", row " + (i + 1), "split 'train' or 'test'", split.get(i));
      }
    }
    if (train.isEmpty()) {
      throw BadInputException.at(file, "rows whose split is 'train'", "none");
    }
    return new Split(all.select(ints(train)), test.isEmpty() ? null : all.select(ints(test)));
  }

  static Split files(Path trainFile, @Nullable Path testFile) {
    Table train = read(trainFile);
    if (testFile == null) {
      return new Split(dataset(train, train, null), null);
    }
    Table test = read(testFile);
    if (!test.header().equals(train.header())) {
      throw BadInputException.at(
          testFile, "the columns " + train.header(), test.header().toString());
    }
    return new Split(dataset(train, train, test), dataset(test, train, test));
  }

  /** Reads {@code table}; {@code first} and {@code second} together say what classes there are. */
  private static Dataset dataset(Table table, Table first, @Nullable Table second) {
    int label = table.column(LABEL_NAMES);
    int labelColumn = label >= 0 ? label : table.header().size() - 1;
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < table.header().size(); i++) {
      if (i != labelColumn
          && !RESERVED.contains(table.header().get(i).toLowerCase(java.util.Locale.ROOT))) {
        columns.add(i);
      }
    }
    if (columns.isEmpty()) {
      throw BadInputException.at(table.file(), "at least one feature column", "none");
    }
    int rows = table.records().size();
    float[] values = new float[Math.multiplyExact(rows, columns.size())];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns.size(); j++) {
        values[i * columns.size() + j] = number(table, i, columns.get(j));
      }
    }
    Features features =
        Features.checked(table.file().toString(), rows, new int[] {columns.size()}, values);
    Metadata metadata = new Metadata(table.values("name"), table.values("group"), null, null);
    return new Dataset(features, labels(table, labelColumn, first, second), metadata);
  }

  private static Labels labels(Table table, int column, Table first, @Nullable Table second) {
    List<String> all =
        new ArrayList<>(first.records().stream().map(r -> r.getField(column)).toList());
    if (second != null) {
      second.records().forEach(r -> all.add(r.getField(column)));
    }
    if (all.stream().allMatch(s -> s.matches("[-+]?\\d*\\.?\\d+([eE][-+]?\\d+)?|nan|NaN|inf"))
        && all.stream().anyMatch(s -> s.contains("."))) {
      float[] values = new float[table.records().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number(table, i, column);
      }
      return new Labels.Reals(values);
    }
    boolean whole = all.stream().allMatch(s -> s.matches("\\d{1,9}"));
    TreeSet<String> names =
        new TreeSet<>(
            whole
                ? java.util.Comparator.<String>comparingInt(Integer::parseInt)
                : java.util.Comparator.<String>naturalOrder());
    names.addAll(all);
    List<String> ordered = List.copyOf(names);
    int[] classes =
        table.records().stream().mapToInt(r -> ordered.indexOf(r.getField(column))).toArray();
    return new Labels.Classes(classes, ordered);
  }

  private static float number(Table table, int row, int column) {
    String field = table.records().get(row).getField(column).strip();
    try {
      return Float.parseFloat(field);
    } catch (NumberFormatException e) {
      throw BadInputException.at(
          "%s, line %d, column '%s'"
              .formatted(
                  table.file(),
                  table.records().get(row).getStartingLineNumber(),
                  table.header().get(column)),
          "a number",
          field.isEmpty() ? "nothing" : "'" + field + "'");
    }
  }

  static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
