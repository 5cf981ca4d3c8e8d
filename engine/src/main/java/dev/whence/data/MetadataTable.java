package dev.whence.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CSV table of metadata, one row an example in the order of the dataset, with any of the columns
 * {@code name}, {@code group}, {@code x} with {@code y}, and {@code thumbnail} (a file beside the
 * table).
 */
public final class MetadataTable {

  private MetadataTable() {}

  /** Reads the table of {@code rows} examples in {@code file}. */
  public static Metadata read(Path file, int rows) {
    CsvDatasets.Table table = CsvDatasets.read(file);
    if (table.records().size() != rows) {
      throw BadInputException.at(
          file, "%d rows, one an example".formatted(rows), table.records().size());
    }
    Metadata metadata =
        new Metadata(
            table.values("name"), table.values("group"), coordinates(table), thumbnails(table));
    if (metadata.equals(Metadata.NONE)) {
      throw BadInputException.at(
          file,
          "a column 'name', 'group', 'thumbnail' or both 'x' and 'y'",
          table.header().toString());
    }
    return metadata;
  }

  private static @Nullable List<double[]> coordinates(CsvDatasets.Table table) {
    List<String> xs = table.values("x");
    List<String> ys = table.values("y");
    if (xs == null || ys == null) {
      return null;
    }
    List<double[]> coordinates = new ArrayList<>();
    for (int i = 0; i < xs.size(); i++) {
      coordinates.add(new double[] {number(table, i, xs.get(i)), number(table, i, ys.get(i))});
    }
    return coordinates;
  }

  private static @Nullable List<byte[]> thumbnails(CsvDatasets.Table table) {
    List<String> files = table.values("thumbnail");
    return files == null
        ? null
        : files.stream()
            .map(f -> InputFiles.read(table.file().resolveSibling(f), in -> in.readAllBytes()))
            .toList();
  }

  private static double number(CsvDatasets.Table table, int row, String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw BadInputException.at(
          "%s, row %d".formatted(table.file(), row + 1), "a coordinate", "'" + field + "'");
    }
  }
}
