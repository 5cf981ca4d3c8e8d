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
 * The record, in {@code runs.json}, of the runs that statistics on disk may cover, written before
 * the first of the runs is added. Statistics are sums over the pool's runs [0, m): later runs can
 * be added, but no run can be subtracted. So sums over runs that changed are refused, and if the
 * pool has fewer runs than before (a chunk was in flight when a process died) the sums begin anew.
 *
 * @param layout version of the files, {@link #LAYOUT}; statistics of another version are made anew
 * @param folds the rule that puts runs into parts
 * @param rate fraction of the number of runs; the number of runs times this, the offset, is
 *     subtracted from every count of a pair
 * @param chunks the pool's chunks of runs, from the first, as they were when the statistics were
 *     made
 */
record Provenance(@Nullable Integer layout, Folds folds, double rate, List<Chunk> chunks) {

  /** Version of the files below {@code statistics/}; raised when their form changes. */
  static final int LAYOUT = 2;

  private static final String FILE = "runs.json";

  /**
   * A chunk of the pool's runs, as it was when the statistics were made.
   *
   * @param rows number of runs in the chunk
   * @param stored checksum of the chunk in the pool's ledger
   * @param read checksum of the values of these runs, by which a chunk that got more runs since is
   *     still recognised; empty for all chunks but the last
   */
  record Chunk(int rows, String stored, String read) {}

  static @Nullable Provenance read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Json.read(file, Provenance.class) : null;
  }

  /** Returns m: the recorded runs are the pool's runs [0, m). */
  int runs() {
    return chunks.stream().mapToInt(Chunk::rows).sum();
  }

  /**
   * Returns whether the sums on disk can be extended to runs [0, runs): no more runs are recorded,
   * the recorded folds are {@code wanted}, and the files have version {@link #LAYOUT}. Whether the
   * runs have changed is for {@link #check}.
   */
  boolean reaches(int runs, Folds wanted) {
    return layout != null && layout == LAYOUT && folds.equals(wanted) && runs() <= runs;
  }

  void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }

  /**
   * Returns a record of each chunk that has some of the pool's runs [0, runs).
   *
   * @param name array of the pool, the masks or an output, whose checksums are recorded
   */
  static List<Chunk> chunks(RunStore pool, String name, int runs) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    for (int c = 0; (long) c * pool.chunkRows() < runs; c++) {
      int rows = Math.min(pool.rowsOf(c), runs - c * pool.chunkRows());
      boolean last = (long) (c + 1) * pool.chunkRows() >= runs;
      // Only the last chunk of a pool can get more runs later.
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
   * Refuses a pool whose runs differ from the recorded runs; runs added since are no difference.
   * The pool must have at least as many runs as are recorded.
   *
   * @param folder folder of the statistics, named in the message
   * @param name array of the pool, the masks or an output, whose checksums are compared
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
