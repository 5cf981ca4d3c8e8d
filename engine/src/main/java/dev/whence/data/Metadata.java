package dev.whence.data;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Facts about the examples besides features and labels; each part may be absent.
 *
 * @param names name of each example, such as its file
 * @param groups source, user or cluster that each example belongs to
 * @param coordinates two coordinates for each example, such as longitude and latitude
 * @param thumbnails small picture of each example, as PNG or JPEG bytes
 * @param places position of each example in the file that was read, such as "line 17" or "index 5"
 * @param columns all columns of a metadata table, by their name
 */
@Api
public record Metadata(
    @Nullable List<String> names,
    @Nullable List<String> groups,
    @Nullable List<double[]> coordinates,
    @Nullable List<byte[]> thumbnails,
    @Nullable List<String> places,
    Map<String, Column> columns) {

  public Metadata {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** Makes metadata without further columns. */
  public Metadata(
      @Nullable List<String> names,
      @Nullable List<String> groups,
      @Nullable List<double[]> coordinates,
      @Nullable List<byte[]> thumbnails,
      @Nullable List<String> places) {
    this(names, groups, coordinates, thumbnails, places, Map.of());
  }

  /** No metadata. */
  public static final Metadata NONE = new Metadata(null, null, null, null, null, Map.of());

  /** Returns the metadata of the examples with the given indices, in that order. */
  public Metadata select(int[] indices) {
    return new Metadata(
        select(names, indices),
        select(groups, indices),
        select(coordinates, indices),
        select(thumbnails, indices),
        select(places, indices),
        columns(c -> c.select(indices)));
  }

  private Map<String, Column> columns(UnaryOperator<Column> change) {
    Map<String, Column> changed = new LinkedHashMap<>();
    columns.forEach((name, column) -> changed.put(name, change.apply(column)));
    return changed;
  }

  /** Returns this metadata with each part that {@code other} has in place of its own. */
  public Metadata with(Metadata other) {
    return new Metadata(
        other.names != null ? other.names : names,
        other.groups != null ? other.groups : groups,
        other.coordinates != null ? other.coordinates : coordinates,
        other.thumbnails != null ? other.thumbnails : thumbnails,
        other.places != null ? other.places : places,
        other.columns.isEmpty() ? columns : other.columns);
  }

  /** Refuses parts whose length is not {@code rows}. */
  void check(int rows) {
    Map<String, @Nullable List<?>> parts = new LinkedHashMap<>();
    parts.put("names", names);
    parts.put("groups", groups);
    parts.put("coordinates", coordinates);
    parts.put("thumbnails", thumbnails);
    parts.put("places", places);
    columns.forEach(
        (name, column) -> {
          if (column.rows() != rows) {
            throw BadInputException.at(
                "metadata, column '%s'".formatted(name), rows + " rows", column.rows());
          }
        });
    parts.forEach(
        (part, list) -> {
          if (list != null && list.size() != rows) {
            throw BadInputException.at("metadata, " + part, rows + " rows", list.size());
          }
        });
  }

  private static <T> @Nullable List<T> select(@Nullable List<T> list, int[] indices) {
    return list == null ? null : IntStream.of(indices).mapToObj(list::get).toList();
  }
}
