package dev.whence.regress.statistics;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.store.Ledger;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The runs that statistics on disk may cover, recorded in {@code runs.json} before the first of the
 * runs is added. Sums are over runs [0, m): later runs can be added, but no run can be subtracted.
 * So sums over runs that changed are refused, and if the pool has fewer runs than before (a chunk
 * was in flight when a process died) the sums begin anew.
 *
 * @param layout version of the files, {@link #LAYOUT}; statistics of another layout are made anew
 * @param folds the rule that puts runs into parts
 * @param rate fraction of the runs that is subtracted from every count of a pair
 * @param chunks the pool's chunks, from the first
 */
record Provenance(@Nullable Integer layout, Folds folds, double rate, List<Chunk> chunks) {

  /** Version of the files below {@code statistics/}. */
  static final int LAYOUT = 2;

  private static final String FILE = "runs.json";

  /**
   * A chunk of the pool, as it was when the statistics were made.
   *
   * @param rows number of runs in the chunk
   * @param stored checksum of the chunk in the pool's ledger
   * @param read checksum of the values of these runs, which recognises a chunk that got more runs
   *     since; empty for all chunks but the last
   */
  record Chunk(int rows, String stored, String read) {}

  static @Nullable Provenance read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Json.read(file, Provenance.class) : null;
  }

  /** Returns m, the number of runs. */
  int runs() {
    return chunks.stream().mapToInt(Chunk::rows).sum();
  }

  /**
   * Returns whether runs [0, runs) can be reached by adding runs to the recorded runs, with the
   * same folds and layout.
   */
  boolean reaches(int runs, Folds wanted) {
    return layout != null && layout == LAYOUT && folds.equals(wanted) && runs() <= runs;
  }

  void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }

  /**
   * Returns the chunks that have the pool's runs [0, runs), with checksums of the array {@code
   * name}.
   */
  static List<Chunk> chunks(RunStore pool, String name, int runs) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    for (int c = 0; (long) c * pool.chunkRows() < runs; c++) {
      int rows = Math.min(pool.rowsOf(c), runs - c * pool.chunkRows());
      boolean last = (long) (c + 1) * pool.chunkRows() >= runs;
      // Only the last chunk can get more runs.
      chunks.add(new Chunk(rows, stored(pool, name, c), last ? checksum(pool, name, c, rows) : ""));
    }
    return chunks;
  }

  private static String stored(RunStore pool, String name, int chunk) throws IOException {
    return pool.checksum(name, chunk);
  }

  private static String checksum(RunStore pool, String name, int chunk, int rows)
      throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(pool.bytesOf(name, chunk, rows));
    return Ledger.hex((int) crc.getValue());
  }

  /**
   * Refuses a pool whose runs differ from the recorded runs; it must have at least as many runs.
   */
  void check(Path folder, RunStore pool, String name) throws IOException {
    for (int c = 0; c < chunks.size(); c++) {
      Chunk held = chunks.get(c);
      boolean same = held.stored.equals(stored(pool, name, c));
      boolean grown =
          !same
              && pool.doneRows(c) > held.rows
              && held.read.equals(checksum(pool, name, c, held.rows));
      if (!same && !grown) {
        throw BadInputException.at(
            folder,
            "sums over the pool's runs (delete the folder to sum anew)",
            "chunk %d of %s has changed since".formatted(c, name));
      }
    }
  }
}
