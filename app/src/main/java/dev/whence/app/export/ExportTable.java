package dev.whence.app.export;

import dev.whence.data.DType;
import dev.whence.store.RunStore;
import dev.whence.store.ScoreRows;
import java.io.IOException;

/**
 * An array on its way out, row after row: none of them needs to fit in memory.
 *
 * @param name of the file or member
 * @param rowName what a row is
 * @param columnName what a column is, empty for a vector
 * @param columns number of columns, 0 for a vector
 */
public record ExportTable(
    String name,
    DType dtype,
    String rowName,
    String columnName,
    int rows,
    int columns,
    Content content) {

  /** Numbers of Θ that are turned from rows to columns at once: an eighth of the memory. */
  private static final long MOST =
      Math.min(1L << 30, Runtime.getRuntime().maxMemory() / Float.BYTES / 8);

  /** Gives the rows, in order. */
  public interface Content {
    void forEach(Rows rows) throws IOException;
  }

  /** Hears of one row after the other. */
  public interface Rows {
    /**
     * @param values overwritten by the next row's
     */
    void row(double[] values) throws IOException;
  }

  public static ExportTable vector(String name, String rowName, double[] values) {
    return new ExportTable(
        name,
        DType.FLOAT64,
        rowName,
        "",
        values.length,
        0,
        rows -> {
          for (double value : values) {
            rows.row(new double[] {value});
          }
        });
  }

  /** Returns Θ transposed, [d, n]: Θ is read once for each part of it that fits in memory. */
  public static ExportTable weights(String name, ScoreRows store) {
    int n = store.targets();
    int d = store.units();
    int band = (int) Math.clamp(MOST / n, 1, d);
    return new ExportTable(
        name,
        DType.FLOAT32,
        "unit",
        "target",
        d,
        n,
        rows -> {
          double[] row = new double[n];
          for (int from = 0; from < d; from += band) {
            int first = from;
            float[][] units = new float[Math.min(band, d - from)][n];
            store.forEach(
                (t, weights) -> {
                  for (int j = 0; j < units.length; j++) {
                    units[j][t] = weights[first + j];
                  }
                });
            for (float[] unit : units) {
              for (int t = 0; t < n; t++) {
                row[t] = unit[t];
              }
              rows.row(row);
            }
          }
        });
  }

  public static ExportTable masks(RunStore store) throws IOException {
    int d = store.units();
    int runs = store.doneRuns();
    return new ExportTable(
        "masks",
        DType.BOOL,
        "run",
        "unit",
        runs,
        d,
        rows -> {
          double[] row = new double[d];
          for (int c = 0, i = 0; i < runs; c++) {
            byte[] packed = store.masksOf(c);
            int bytes = packed.length / store.rowsOf(c);
            for (int r = 0; r < store.rowsOf(c) && i < runs; r++, i++) {
              for (int j = 0; j < d; j++) {
                row[j] = packed[r * bytes + (j >> 3)] >> (j & 7) & 1;
              }
              rows.row(row);
            }
          }
        });
  }

  public static ExportTable outputs(RunStore store, String output) throws IOException {
    int n = store.targets(output);
    int runs = store.doneRuns();
    return new ExportTable(
        "outputs",
        DType.FLOAT32,
        "run",
        "target",
        runs,
        n,
        rows -> {
          float[] values = new float[n];
          double[] row = new double[n];
          for (int c = 0, i = 0; i < runs; c++) {
            RunStore.OutputChunk chunk = store.outputsOf(output, c);
            for (int r = 0; r < store.rowsOf(c) && i < runs; r++, i++) {
              chunk.copy(r, 0, n, values, 0);
              for (int t = 0; t < n; t++) {
                row[t] = values[t];
              }
              rows.row(row);
            }
          }
        });
  }

  long[] shape() {
    return columns == 0 ? new long[] {rows} : new long[] {rows, columns};
  }
}
