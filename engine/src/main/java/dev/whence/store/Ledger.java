package dev.whence.store;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What says that a chunk of several arrays is done: one small file a chunk, written after all of
 * the chunk's files.
 *
 * <p>A chunk without its entry is not done, whatever files there are. An entry holds the checksums
 * of the chunk's files, so that a file changed later is refused.
 */
public final class Ledger {

  /**
   * An entry.
   *
   * @param rows how many rows of the chunk are done
   * @param crc32c checksum of the elements in each array, as hexadecimal digits
   */
  public record Entry(int chunk, int rows, Map<String, String> crc32c) {}

  /** Returns a checksum as an entry writes it. */
  public static String hex(int checksum) {
    return HexFormat.of().toHexDigits(checksum);
  }

  private final Path folder;

  /** Opens the ledger in {@code folder}, which need not exist yet. */
  public Ledger(Path folder) {
    this.folder = folder;
  }

  /** Returns the file of a chunk's entry. */
  Path file(int chunk) {
    return folder.resolve(String.format(Locale.ROOT, "%06d.json", chunk));
  }

  /** Returns the entry of a chunk, or null where it is not done. */
  public @Nullable Entry entry(int chunk) throws IOException {
    if (!Files.exists(file(chunk))) {
      return null;
    }
    try {
      return Json.read(file(chunk), Entry.class);
    } catch (BadInputException e) {
      throw new CorruptStudyException(file(chunk), "a ledger entry", e.getMessage());
    }
  }

  /** Says that a chunk is done. */
  public void add(Entry entry) throws IOException {
    Json.write(file(entry.chunk()), entry);
  }

  /** Says that a chunk is not done; comes before its files are changed. */
  public void remove(int chunk) throws IOException {
    AtomicFile.delete(file(chunk));
  }
}
