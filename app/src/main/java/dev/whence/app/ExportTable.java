package dev.whence.app;

import dev.whence.data.DType;
import dev.whence.regress.Runs;

/**
 * An array on its way out.
 *
 * @param name of the file or member
 * @param rowName what a row is
 * @param columnName what a column is, empty for a vector
 * @param columns number of columns, 0 for a vector
 */
record ExportTable(
    String name, DType dtype, String rowName, String columnName, int rows, int columns, Cell cell) {

  /** The value at (row, column); column 0 for a vector. */
  interface Cell {
    double at(int row, int column);
  }

  static ExportTable vector(String name, String rowName, double[] values) {
    return new ExportTable(name, DType.FLOAT64, rowName, "", values.length, 0, (i, j) -> values[i]);
  }

  static ExportTable floats(
      String name, String rowName, String columnName, int rows, int columns, Cell cell) {
    return new ExportTable(name, DType.FLOAT32, rowName, columnName, rows, columns, cell);
  }

  static ExportTable masks(Runs runs) {
    return new ExportTable(
        "masks",
        DType.BOOL,
        "run",
        "unit",
        runs.count(),
        runs.units(),
        (i, j) -> runs.holds(i, j) ? 1 : 0);
  }

  long[] shape() {
    return columns == 0 ? new long[] {rows} : new long[] {rows, columns};
  }
}
