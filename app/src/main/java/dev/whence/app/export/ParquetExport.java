package dev.whence.app.export;

import dev.whence.app.stack.OptionalStack;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * Writes tables as Parquet by DuckDB, in long form: row, column, value; zeros of matrices are left
 * out.
 */
public final class ParquetExport {

  private ParquetExport() {}

  /** Something that is done by statements. */
  private interface Work {
    void on(Statement statement) throws IOException, SQLException;
  }

  private static void run(Common common, Work work) throws IOException {
    Driver driver =
        OptionalStack.load(
            "duckdb",
            "DuckDB, which writes Parquet (about 80 MB)",
            common,
            Driver.class,
            "org.duckdb.DuckDBDriver");
    try (Connection connection = driver.connect("jdbc:duckdb:", new Properties());
        Statement statement = connection.createStatement()) {
      work.on(statement);
    } catch (SQLException e) {
      throw new IOException("DuckDB: " + e.getMessage(), e);
    }
  }

  /** Writes records, the elements of a list, as the rows of one file. */
  public static void records(Path file, List<?> records, Common common) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw BadInputException.at(file, "a file in a folder that there is", "none");
    }
    Path json = file.resolveSibling(file.getFileName() + ".json.partial");
    try {
      Json.write(json, records);
      run(
          common,
          statement ->
              statement.execute(
                  "COPY (SELECT * FROM read_json('%s', format = 'array', sample_size = -1)) TO '%s' (FORMAT parquet)"
                      .formatted(quote(json), quote(file))));
    } finally {
      Files.deleteIfExists(json);
    }
  }

  public static void tables(Path out, List<ExportTable> tables, Common common) throws IOException {
    run(
        common,
        statement -> {
          for (ExportTable table : tables) {
            Path csv = out.resolve(table.name() + ".csv.partial");
            Path parquet = out.resolve(table.name() + ".parquet");
            try {
              writeCsv(csv, table);
              statement.execute(
                  "COPY (SELECT * FROM read_csv('%s', header = true, columns = {%s})) TO '%s' (FORMAT parquet)"
                      .formatted(quote(csv), columns(table), quote(parquet)));
            } finally {
              Files.deleteIfExists(csv);
            }
          }
        });
  }

  private static String quote(Path path) {
    return path.toAbsolutePath().toString().replace("'", "''");
  }

  private static String columns(ExportTable table) {
    String type = table.dtype().isFloat() ? "DOUBLE" : "UTINYINT";
    return table.columns() == 0
        ? "'%s': 'INTEGER', '%s': '%s'".formatted(table.rowName(), table.name(), type)
        : "'%s': 'INTEGER', '%s': 'INTEGER', '%s': '%s'"
            .formatted(table.rowName(), table.columnName(), table.name(), type);
  }

  private static void writeCsv(Path file, ExportTable table) throws IOException {
    try (BufferedWriter csv = Files.newBufferedWriter(file)) {
      boolean vector = table.columns() == 0;
      csv.write(
          vector
              ? table.rowName() + "," + table.name() + "\n"
              : table.rowName() + "," + table.columnName() + "," + table.name() + "\n");
      int[] i = {0};
      table
          .content()
          .forEach(
              values -> {
                for (int j = 0; j < values.length; j++) {
                  double value = values[j];
                  String text =
                      table.dtype().isFloat()
                          ? Double.toString(value)
                          : Integer.toString((int) value);
                  if (vector) {
                    csv.write(i[0] + "," + text + "\n");
                  } else if (value != 0) {
                    csv.write(i[0] + "," + j + "," + text + "\n");
                  }
                }
                i[0]++;
              });
    }
  }
}
