package dev.whence.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whence.base.AtomicFile;
import dev.whence.base.Json;
import dev.whence.data.Column;
import dev.whence.data.DType;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Metadata;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A dataset in a study: {@code features} (uint8 or float32) and {@code labels} (int32 or float32)
 * are Zarr arrays, the class names are an attribute of the labels, and the metadata are in {@code
 * metadata.json} and {@code thumbnails/}.
 */
final class DatasetStore {

  private static final int CHUNK_BYTES = 4 << 20;

  private DatasetStore() {}

  /** The text and numbers of {@link Metadata}, and the number of thumbnails. */
  private record Table(
      @Nullable List<String> names,
      @Nullable List<String> groups,
      @Nullable List<double[]> coordinates,
      int thumbnails,
      @Nullable List<String> places,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Column> columns) {}

  static void write(Path folder, Dataset dataset) throws IOException {
    Study.writeGroup(folder);
    Features features = dataset.features();
    int rows = dataset.rows();
    long[] shape = features.arrayShape();
    List<String> dimensions = new ArrayList<>(List.of("example"));
    for (int i = 1; i < shape.length; i++) {
      dimensions.add("axis_" + (i - 1));
    }
    DType type = features.dtype();
    int chunkRows = Math.clamp(CHUNK_BYTES / ((long) features.size() * type.bytes()), 1, rows);
    fill(
        ZarrArray.create(folder.resolve("features"), type, shape, chunkRows, Map.of(), dimensions),
        i -> features.values()[i]);
    switch (dataset.labels()) {
      case Labels.Classes classes ->
          fill(
              ZarrArray.create(
                  folder.resolve("labels"),
                  DType.INT32,
                  new long[] {rows},
                  rows,
                  Map.of("classes", classes.names()),
                  List.of("example")),
              i -> classes.values()[i]);
      case Labels.Reals reals ->
          fill(
              ZarrArray.create(
                  folder.resolve("labels"),
                  DType.FLOAT32,
                  new long[] {rows},
                  rows,
                  Map.of(),
                  List.of("example")),
              i -> reals.values()[i]);
    }
    Metadata metadata = dataset.metadata();
    List<byte[]> thumbnails = metadata.thumbnails();
    Json.write(
        folder.resolve("metadata.json"),
        new Table(
            metadata.names(),
            metadata.groups(),
            metadata.coordinates(),
            thumbnails == null ? 0 : thumbnails.size(),
            metadata.places(),
            metadata.columns().isEmpty() ? null : metadata.columns()));
    if (thumbnails != null) {
      for (int i = 0; i < thumbnails.size(); i++) {
        AtomicFile.write(thumbnail(folder, i), ByteBuffer.wrap(thumbnails.get(i)));
      }
    }
  }

  private static Path thumbnail(Path folder, int i) {
    return folder.resolve("thumbnails").resolve(Integer.toString(i));
  }

  private static void fill(ZarrArray array, IntToDoubleFunction value) throws IOException {
    for (int c = 0; c < array.chunks(); c++) {
      ByteBuffer chunk = array.newChunk(array.rowsOf(c));
      MemorySegment segment = MemorySegment.ofBuffer(chunk);
      int from = c * array.chunkRows() * array.rowSize();
      for (int i = 0; i < array.rowsOf(c) * array.rowSize(); i++) {
        array.dtype().set(segment, i, value.applyAsDouble(from + i));
      }
      array.write(c, chunk);
    }
  }

  static Dataset read(Path folder) throws IOException {
    ZarrArray array = ZarrArray.open(folder.resolve("features"));
    int rows = Math.toIntExact(array.rows());
    int[] shape =
        Arrays.stream(array.shape(), 1, array.shape().length).mapToInt(Math::toIntExact).toArray();
    Features features = new Features(rows, shape, values(array), array.dtype() == DType.UINT8);
    Table table = Json.read(folder.resolve("metadata.json"), Table.class);
    List<byte[]> thumbnails = null;
    if (table.thumbnails() > 0) {
      thumbnails = new ArrayList<>();
      for (int i = 0; i < table.thumbnails(); i++) {
        thumbnails.add(Files.readAllBytes(thumbnail(folder, i)));
      }
    }
    return new Dataset(
        features,
        labels(ZarrArray.open(folder.resolve("labels"))),
        new Metadata(
            table.names(),
            table.groups(),
            table.coordinates(),
            thumbnails,
            table.places(),
            table.columns() == null ? Map.of() : table.columns()));
  }

  private static Labels labels(ZarrArray array) throws IOException {
    float[] values = values(array);
    if (array.attributes().get("classes") instanceof List<?> names) {
      int[] classes = new int[values.length];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = (int) values[i];
      }
      return new Labels.Classes(classes, names.stream().map(Object::toString).toList());
    }
    return new Labels.Reals(values);
  }

  private static float[] values(ZarrArray array) throws IOException {
    float[] values = new float[Math.toIntExact(array.rows() * array.rowSize())];
    int at = 0;
    for (int c = 0; c < array.chunks(); c++) {
      MemorySegment segment = MemorySegment.ofBuffer(array.require(c));
      for (int i = 0; i < array.rowsOf(c) * array.rowSize(); i++) {
        values[at++] = (float) array.dtype().get(segment, i);
      }
    }
    return values;
  }
}
