package dev.whence.app.export;

import dev.whence.data.NpyWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes tables as .npy files or the members of one .npz. */
public final class NumpyExport {

  private NumpyExport() {}

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  public static void npy(Path file, ExportTable table) throws IOException {
    whole(file, out -> write(table, out));
  }

  public static void npz(Path file, List<ExportTable> tables) throws IOException {
    whole(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (ExportTable table : tables) {
            zip.putNextEntry(new ZipEntry(table.name() + ".npy"));
            write(table, zip);
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  /** Writes a file that appears when it is whole. */
  private static void whole(Path file, Content content) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16)) {
        content.writeTo(out);
      }
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void write(ExportTable table, OutputStream out) throws IOException {
    out.write(NpyWriter.header(table.dtype(), table.shape()));
    int columns = Math.max(1, table.columns());
    byte[] row = new byte[Math.multiplyExact(columns, table.dtype().bytes())];
    MemorySegment segment = MemorySegment.ofArray(row);
    table
        .content()
        .forEach(
            values -> {
              for (int j = 0; j < columns; j++) {
                table.dtype().set(segment, j, values[j]);
              }
              out.write(row);
            });
  }
}
