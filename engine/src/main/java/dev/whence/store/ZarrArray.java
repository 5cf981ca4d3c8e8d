package dev.whence.store;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.data.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A Zarr v3 array in a folder: {@code zarr.json} and one file for each chunk of whole rows.
 *
 * <p>Chunk i holds rows [i·chunkRows, (i + 1)·chunkRows) in C order, little-endian, padded with the
 * fill value beyond the last row, followed by the CRC-32C of those bytes (codecs {@code bytes} and
 * {@code crc32c}); its file is {@code c/i} with a {@code /0} for each further dimension. A chunk
 * file is complete or absent.
 */
public final class ZarrArray {

  private static final int CHECKSUM_BYTES = 4;

  private final Path folder;
  private final DType dtype;
  private final long[] shape;
  private final int chunkRows;
  private final Object fill;
  private final Map<String, Object> attributes;
  private final List<String> dimensions;

  private ZarrArray(
      Path folder,
      DType dtype,
      long[] shape,
      int chunkRows,
      Object fill,
      Map<String, Object> attributes,
      List<String> dimensions) {
    this.folder = folder;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.chunkRows = chunkRows;
    this.fill = fill;
    this.attributes =
        new java.util.TreeMap<>(attributes); // Map.of has another order in each process
    this.dimensions = dimensions;
  }

  /**
   * Creates the array, or changes the shape of the existing array and keeps its chunks.
   *
   * @param dimensions a name for each dimension, for people and xarray
   */
  public static ZarrArray create(
      Path folder,
      DType dtype,
      long[] shape,
      int chunkRows,
      Map<String, Object> attributes,
      List<String> dimensions)
      throws IOException {
    Object fill = dtype.isFloat() ? "NaN" : Integer.valueOf(0);
    ZarrArray array = new ZarrArray(folder, dtype, shape, chunkRows, fill, attributes, dimensions);
    Json.write(folder.resolve("zarr.json"), array.metadata());
    return array;
  }

  /** Opens the array in {@code folder}. */
  public static ZarrArray open(Path folder) throws IOException {
    Path file = folder.resolve("zarr.json");
    if (!Files.exists(file)) {
      throw BadInputException.at(folder, "a Zarr array", "no zarr.json");
    }
    JsonNode json = Json.read(file, JsonNode.class);
    DType dtype = DType.ofLabel(json.path("data_type").asString(""));
    if (json.path("zarr_format").asInt(0) != 3
        || !json.path("node_type").asString("").equals("array")
        || dtype == null) {
      throw new CorruptStudyException(file, "a Zarr v3 array of a known data type", json);
    }
    List<String> codecs =
        json.path("codecs").valueStream().map(c -> c.path("name").asString("")).toList();
    if (!codecs.equals(List.of("bytes", "crc32c"))) {
      throw new CorruptStudyException(file, "codecs bytes, crc32c", codecs);
    }
    long[] shape = json.path("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
    long[] chunk =
        json.path("chunk_grid")
            .path("configuration")
            .path("chunk_shape")
            .valueStream()
            .mapToLong(JsonNode::asLong)
            .toArray();
    if (shape.length == 0
        || chunk.length != shape.length
        || !Arrays.equals(Arrays.copyOfRange(shape, 1, shape.length), tail(chunk))) {
      throw new CorruptStudyException(file, "chunks of whole rows", Arrays.toString(chunk));
    }
    Object fill = dtype.isFloat() ? "NaN" : Integer.valueOf(0);
    Map<String, Object> attributes =
        Json.mapper().convertValue(json.path("attributes"), new AttributesType());
    List<String> dimensions =
        json.path("dimension_names").valueStream().map(n -> n.asString("")).toList();
    return new ZarrArray(
        folder, dtype, shape, Math.toIntExact(chunk[0]), fill, attributes, dimensions);
  }

  private static long[] tail(long[] shape) {
    return Arrays.copyOfRange(shape, 1, shape.length);
  }

  private static final class AttributesType
      extends tools.jackson.core.type.TypeReference<Map<String, Object>> {}

  private Map<String, Object> metadata() {
    long[] chunk = shape.clone();
    chunk[0] = chunkRows;
    Map<String, Object> json = new java.util.LinkedHashMap<>();
    json.put("zarr_format", 3);
    json.put("node_type", "array");
    json.put("shape", shape);
    json.put("data_type", dtype.label());
    json.put("chunk_grid", named("regular", Map.of("chunk_shape", chunk)));
    json.put("chunk_key_encoding", named("default", Map.of("separator", "/")));
    json.put("fill_value", fill);
    json.put(
        "codecs", List.of(named("bytes", Map.of("endian", "little")), Map.of("name", "crc32c")));
    json.put("attributes", attributes);
    json.put("dimension_names", dimensions);
    return json;
  }

  private static Map<String, Object> named(String name, Map<String, ?> configuration) {
    Map<String, Object> json = new java.util.LinkedHashMap<>();
    json.put("name", name);
    json.put("configuration", configuration);
    return json;
  }

  public DType dtype() {
    return dtype;
  }

  /** Returns the lengths of the dimensions. */
  public long[] shape() {
    return shape.clone();
  }

  public long rows() {
    return shape[0];
  }

  /** Returns the number of elements of one row. */
  public int rowSize() {
    long size = 1;
    for (int i = 1; i < shape.length; i++) {
      size *= shape[i];
    }
    return Math.toIntExact(size);
  }

  public int chunkRows() {
    return chunkRows;
  }

  public Map<String, Object> attributes() {
    return attributes;
  }

  /** Returns the number of chunks that cover the rows. */
  public int chunks() {
    return Math.toIntExact(Math.ceilDiv(shape[0], (long) chunkRows));
  }

  /** Returns the number of rows of chunk {@code chunk} that are not padding. */
  public int rowsOf(int chunk) {
    return (int) Math.min(chunkRows, shape[0] - (long) chunk * chunkRows);
  }

  /**
   * Returns a zeroed buffer of one chunk's elements; floats are filled with NaN beyond {@code
   * rows}.
   */
  public ByteBuffer newChunk(int rows) {
    int bytes = Math.multiplyExact(Math.multiplyExact(chunkRows, rowSize()), dtype.bytes());
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype.isFloat()) {
      MemorySegment segment = MemorySegment.ofBuffer(buffer);
      for (long i = (long) rows * rowSize(); i < (long) chunkRows * rowSize(); i++) {
        dtype.set(segment, i, Double.NaN);
      }
    }
    return buffer;
  }

  /** Writes chunk {@code chunk} and returns the CRC-32C of its elements. */
  public int write(int chunk, ByteBuffer elements) throws IOException {
    ByteBuffer body = elements.duplicate().clear();
    int crc = crc(body.duplicate());
    ByteBuffer checksum =
        ByteBuffer.allocate(CHECKSUM_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(crc).flip();
    AtomicFile.write(file(chunk), body, checksum);
    return crc;
  }

  /** Returns the elements of chunk {@code chunk}, or null where it has not been written. */
  public @Nullable ByteBuffer read(int chunk) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file(chunk));
    } catch (NoSuchFileException e) {
      return null;
    }
    int size = Math.multiplyExact(Math.multiplyExact(chunkRows, rowSize()), dtype.bytes());
    if (bytes.length != size + CHECKSUM_BYTES) {
      throw new CorruptStudyException(
          file(chunk), "%d bytes".formatted(size + CHECKSUM_BYTES), bytes.length + " bytes");
    }
    ByteBuffer body = ByteBuffer.wrap(bytes, 0, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    int stored = ByteBuffer.wrap(bytes, size, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int actual = crc(body.duplicate());
    if (stored != actual) {
      throw new CorruptStudyException(
          file(chunk), "checksum %08x".formatted(stored), "%08x".formatted(actual));
    }
    return body;
  }

  /** Returns the elements of chunk {@code chunk}, which must have been written. */
  public ByteBuffer require(int chunk) throws IOException {
    ByteBuffer body = read(chunk);
    if (body == null) {
      throw new CorruptStudyException(file(chunk), "a chunk", "no file");
    }
    return body;
  }

  /**
   * Returns the elements of chunk {@code chunk}; refuses elements of another checksum.
   *
   * @param crc32c checksum that the ledger records for the chunk
   */
  ByteBuffer require(int chunk, String crc32c) throws IOException {
    ByteBuffer body = require(chunk);
    String found = Ledger.hex(crc(body.duplicate()));
    if (!crc32c.equals(found)) {
      throw new CorruptStudyException(
          file(chunk), "the chunk that the ledger names", "another (checksum " + found + ")");
    }
    return body;
  }

  /**
   * Checks chunk {@code chunk} and maps it into memory, for as long as the returned segment is
   * referred to; refuses elements of another checksum.
   *
   * @param crc32c checksum that the ledger records for the chunk
   * @return the chunk's elements, little-endian
   */
  MemorySegment map(int chunk, String crc32c) throws IOException {
    long size = require(chunk, crc32c).remaining();
    try (FileChannel channel = FileChannel.open(file(chunk), StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
    }
  }

  /** Returns all elements of a float32 array, row after row. */
  public float[] readFloats() throws IOException {
    float[] values = new float[Math.toIntExact(Math.multiplyExact(rows(), rowSize()))];
    for (int c = 0; c < chunks(); c++) {
      int at = c * chunkRows * rowSize();
      require(c).asFloatBuffer().get(values, at, rowsOf(c) * rowSize());
    }
    return values;
  }

  /** Returns the file of chunk {@code chunk}. */
  public Path file(int chunk) {
    Path file = folder.resolve("c").resolve(Integer.toString(chunk));
    for (int i = 1; i < shape.length; i++) {
      file = file.resolve("0");
    }
    return file;
  }

  /** Returns the CRC-32C of the remaining bytes, which it consumes. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
