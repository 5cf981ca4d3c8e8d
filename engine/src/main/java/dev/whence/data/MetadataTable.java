package dev.whence.data;

import dev.whence.base.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CSV table of metadata, one row an example in the order of the dataset. The columns {@code
 * name}, {@code group}, {@code x} with {@code y}, and {@code thumbnail} (a file beside the table)
 * have a meaning; every column is kept, for queries.
 */
public final class MetadataTable {

  private MetadataTable() {}

  /** Reads the table of {@code rows} examples in {@code file}. */
  public static Metadata read(Path file, int rows) {
    return read(file, rows, new Reading(ReadOptions.NONE, told -> {}));
  }

  static Metadata read(Path file, int rows, Reading reading) {
    CsvTable table = CsvTable.read(file, reading);
    if (table.rows().size() != rows) {
      throw BadInputException.at(
          file, "%d rows, one an example".formatted(rows), table.rows().size());
    }
    Map<String, Column> columns = new LinkedHashMap<>();
    for (int c = 0; c < table.header().size(); c++) {
      String name = table.header().get(c);
      if (!name.equalsIgnoreCase("thumbnail")) {
        columns.put(name, Column.of(table.values(c).stream().map(table::normal).toList()));
      }
    }
    Metadata metadata =
        new Metadata(
            table.values("name"),
            table.values("group"),
            coordinates(table),
            thumbnails(table),
            null,
            columns);
    if (metadata.names() == null && metadata.groups() == null) {
      reading.tell(
          "%s: no column 'name' or 'group'; its columns %s serve queries", file, columns.keySet());
    }
    return metadata;
  }

  private static @Nullable List<double[]> coordinates(CsvTable table) {
    List<String> xs = table.values("x");
    List<String> ys = table.values("y");
    if (xs == null || ys == null) {
      return null;
    }
    List<double[]> coordinates = new ArrayList<>();
    float[] x = table.numbers(table.columns(Set.of("x")).getFirst());
    float[] y = table.numbers(table.columns(Set.of("y")).getFirst());
    for (int i = 0; i < x.length; i++) {
      coordinates.add(new double[] {x[i], y[i]});
    }
    return coordinates;
  }

  private static @Nullable List<byte[]> thumbnails(CsvTable table) {
    List<String> files = table.values("thumbnail");
    return files == null
        ? null
        : files.stream()
            .map(f -> InputFiles.read(table.file().resolveSibling(f), in -> in.readAllBytes()))
            .toList();
  }
}
