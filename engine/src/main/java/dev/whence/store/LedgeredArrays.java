package dev.whence.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Arrays whose chunks are written together, and the {@link Ledger} that records which chunks are
 * done.
 *
 * <p>A chunk is written in one order: its ledger entry is removed, its files are replaced, its new
 * entry is added. A process that dies in between leaves a chunk that is not done. Every chunk that
 * is read is compared with its checksum in the ledger.
 */
public final class LedgeredArrays {

  /** Nanoseconds to wait for the entry of a chunk that another process is writing. */
  private static final long PATIENCE = 5_000_000_000L;

  /** Nanoseconds between two looks for it. */
  private static final long PAUSE = 20_000_000;

  private final Map<String, ZarrArray> arrays;
  private final Ledger ledger;

  /**
   * @param ledger folder of the ledger, which need not exist yet
   * @param arrays the arrays, by the name under which the ledger records their checksums
   */
  public LedgeredArrays(Path ledger, Map<String, ZarrArray> arrays) {
    this.ledger = new Ledger(ledger);
    this.arrays = new LinkedHashMap<>(arrays);
  }

  /** Returns whether there is an array {@code name}. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** Returns the arrays' names. */
  public List<String> names() {
    return List.copyOf(arrays.keySet());
  }

  /** Returns the array {@code name}. */
  public ZarrArray array(String name) {
    return Objects.requireNonNull(arrays.get(name));
  }

  /**
   * Returns the number of rows of a chunk that the ledger records as done; 0 where it has no entry.
   */
  public int rows(int chunk) throws IOException {
    Ledger.Entry entry = ledger.entry(chunk);
    return entry == null ? 0 : entry.rows();
  }

  /**
   * Returns the recorded checksum of a chunk of the array {@code name}; a missing checksum is
   * refused.
   */
  public String checksum(String name, int chunk) throws IOException {
    Ledger.Entry entry = ledger.entry(chunk);
    for (long end = System.nanoTime() + PATIENCE; entry == null && ledger.isChanging(); ) {
      if (System.nanoTime() > end) {
        break;
      }
      LockSupport.parkNanos(PAUSE);
      entry = ledger.entry(chunk);
    }
    @Nullable String checksum = entry == null ? null : entry.crc32c().get(name);
    if (checksum == null) {
      throw new CorruptStudyException(
          ledger.file(chunk), "an entry with the checksum of '%s'".formatted(name), "none");
    }
    return checksum;
  }

  /**
   * Writes a chunk of every array.
   *
   * @param rows number of the chunk's rows that the ledger is to record as done
   * @param elements the chunk's elements in each array, by the array's name
   */
  public void write(int chunk, int rows, Map<String, ByteBuffer> elements) throws IOException {
    ledger.remove(chunk);
    Map<String, String> checksums = new LinkedHashMap<>();
    for (Map.Entry<String, ZarrArray> array : arrays.entrySet()) {
      ByteBuffer chunkElements = Objects.requireNonNull(elements.get(array.getKey()));
      checksums.put(array.getKey(), Ledger.hex(array.getValue().write(chunk, chunkElements)));
    }
    ledger.add(new Ledger.Entry(chunk, rows, checksums));
  }

  /** Returns the elements of a chunk of the array {@code name}; the chunk must be done. */
  public ByteBuffer read(String name, int chunk) throws IOException {
    return steady(name, chunk, (array, checksum) -> array.require(chunk, checksum));
  }

  private interface Reading<T> {
    T read(ZarrArray array, String checksum) throws IOException;
  }

  /**
   * Reads a chunk, again where its ledger entry changed in between: another process may add runs to
   * the last chunk of a pool while this process reads its first runs, which stay the same.
   */
  private <T> T steady(String name, int chunk, Reading<T> reading) throws IOException {
    while (true) {
      String checksum = checksum(name, chunk);
      try {
        return reading.read(array(name), checksum);
      } catch (CorruptStudyException e) {
        if (checksum.equals(checksum(name, chunk))) {
          throw e;
        }
      }
    }
  }

  /**
   * Maps a chunk that is done into memory, for as long as the returned segment is referred to.
   *
   * @return the chunk's elements, little-endian
   */
  public MemorySegment map(String name, int chunk) throws IOException {
    return steady(name, chunk, (array, checksum) -> array.map(chunk, checksum));
  }
}
