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
 * Records which chunks of several arrays are done: one small file, its entry, for each chunk,
 * written after all of the chunk's files.
 *
 * <p>A chunk without an entry is not done, whichever of its files exist. An entry records the
 * checksums of the chunk's files, so that a file changed later is refused.
 */
public final class Ledger {

  /** Milliseconds after which a ledger that did not change is taken to be at rest. */
  private static final long RECENT = 2000;

  /**
   * The entry of a chunk.
   *
   * @param chunk index of the chunk
   * @param rows number of rows of the chunk that are done
   * @param crc32c checksum of the chunk's elements in each array, as hexadecimal digits, by the
   *     array's name
   */
  public record Entry(int chunk, int rows, Map<String, String> crc32c) {}

  /** Returns a checksum in hexadecimal digits, as entries record it. */
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

  /** Returns the entry of a chunk, or null where the chunk is not done. */
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

  /** Returns whether entries were added or removed within the last seconds. */
  boolean isChanging() throws IOException {
    return Files.isDirectory(folder)
        && Files.getLastModifiedTime(folder).toMillis() > System.currentTimeMillis() - RECENT;
  }

  /** Records that a chunk is done. */
  public void add(Entry entry) throws IOException {
    Json.write(file(entry.chunk()), entry);
  }

  /** Removes the entry of a chunk; callers do so before they change the chunk's files. */
  public void remove(int chunk) throws IOException {
    AtomicFile.delete(file(chunk));
  }
}
