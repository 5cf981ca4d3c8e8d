package dev.whence.regress;

import dev.whence.data.BadInputException;
import dev.whence.store.Json;
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
 * Which runs some statistics hold: {@code runs.json}. Statistics are sums, so runs that come later
 * are added to them; runs that changed cannot be taken out again and are refused.
 *
 * @param folds which part a run is in
 * @param rate fraction of the runs that is taken from every count of a pair
 * @param chunks the pool's chunks, from the first
 */
record Provenance(Folds folds, double rate, List<Chunk> chunks) {

  private static final String FILE = "runs.json";

  /**
   * A chunk of the pool.
   *
   * @param rows how many of its runs were there
   * @param stored checksum of the chunk as the pool's ledger has it
   * @param read checksum of the values of those runs, for a chunk that has got more since
   */
  record Chunk(int rows, String stored, String read) {}

  static @Nullable Provenance read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Json.read(file, Provenance.class) : null;
  }

  void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }

  /** Returns what {@code pool}'s first {@code runs} runs are, of the array {@code name}. */
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
    Ledger.Entry entry = pool.entry(chunk);
    return String.valueOf(entry.crc32c().get(name));
  }

  private static String checksum(RunStore pool, String name, int chunk, int rows)
      throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(pool.bytesOf(name, chunk, rows));
    return Ledger.hex((int) crc.getValue());
  }

  /** Refuses a pool whose runs are not those that are held. */
  void check(Path folder, RunStore pool, String name) throws IOException {
    for (int c = 0; c < chunks.size(); c++) {
      Chunk held = chunks.get(c);
      boolean same = c < pool.chunks() && pool.done(c) && held.stored.equals(stored(pool, name, c));
      boolean grown =
          !same
              && c < pool.chunks()
              && pool.rowsOf(c) > held.rows
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
