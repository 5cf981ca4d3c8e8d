package dev.whence.explore;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.data.Metadata;
import dev.whence.data.Split;
import dev.whence.design.Units;
import dev.whence.pool.Targets;
import dev.whence.pool.UnitNames;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names, labels and places of units and targets, from a study's dataset or the names of imported
 * units.
 */
public final class Captions {

  /**
   * Texts that describe a unit or a target; an unknown text is empty.
   *
   * @param name name, such as that of a file
   * @param label class or real label
   * @param group source, user or cluster
   * @param place position in the file that was read, such as "line 17"
   */
  public record Caption(String name, String label, String group, String place) {

    static final Caption NONE = new Caption("", "", "", "");

    /** Returns all texts that are not empty, in one line. */
    @Override
    public String toString() {
      return String.join(
          "  ",
          Stream.of(name, label, group.isEmpty() ? "" : "group " + group, place)
              .filter(part -> !part.isEmpty())
              .toList());
    }
  }

  /** An example of a dataset, for pages that show its picture. */
  public record Example(Dataset set, int row) {}

  private final @Nullable Split data;
  private final @Nullable Units units;
  private final List<Dataset> targets;
  private final UnitNames names;

  private Captions(
      @Nullable Split data, @Nullable Units units, List<Dataset> targets, UnitNames names) {
    this.data = data;
    this.units = units;
    this.targets = targets;
    this.names = names;
  }

  /** Returns the captions of a study. */
  public static Captions of(Study study) throws IOException {
    UnitNames names = UnitNames.of(study);
    if (!study.hasData()) {
      return new Captions(null, null, List.of(), names);
    }
    Split data = study.data();
    if (study.manifest().training()
        == null) { // imported runs: examples are units, tests are targets
      return new Captions(
          data,
          Units.of(data.train(), Units.Kind.EXAMPLE),
          data.test() == null ? List.of() : List.of(data.test()),
          names);
    }
    return new Captions(
        data,
        Targets.units(study.manifest(), data.train()),
        Targets.sets(data, study.manifest().trained().data().trainTargets()),
        names);
  }

  /**
   * Returns the columns that queries on S may name: those of its metadata table, and name, group
   * and label.
   */
  public Map<String, Column> columns() {
    Map<String, Column> columns = new LinkedHashMap<>();
    if (data != null) {
      Metadata metadata = data.train().metadata();
      Labels labels = data.train().labels();
      columns.putAll(metadata.columns());
      put(columns, "name", metadata.names());
      put(columns, "group", metadata.groups());
      columns.put(
          "label", Column.of(IntStream.range(0, labels.rows()).mapToObj(labels::text).toList()));
    }
    put(columns, "name", names.names());
    put(columns, "group", names.groups());
    columns.putAll(names.columns());
    return columns;
  }

  private static void put(Map<String, Column> columns, String name, @Nullable List<String> fields) {
    if (fields != null) {
      columns.put(name, Column.of(fields));
    }
  }

  /**
   * Returns the unit of each row of the columns: of each example of S, or of imported units.
   *
   * @param count number of units
   */
  public int[] unitOfRow(int count) {
    return units != null ? units.ofExample() : IntStream.range(0, count).toArray();
  }

  /** Returns the caption of a unit. */
  public Caption unit(int unit) {
    Example example = unitExample(unit);
    Caption known = example == null ? Caption.NONE : caption(example);
    if (names.names() != null || names.groups() != null) {
      String name = part(names.names(), unit);
      String group = part(names.groups(), unit);
      return new Caption(
          name.isEmpty() ? known.name() : name,
          known.label(),
          group.isEmpty() ? known.group() : group,
          known.place());
    }
    return example == null && units != null
        ? new Caption(units.names().get(unit), "", "", "") // a group
        : known;
  }

  /** Returns the caption of a target. */
  public Caption target(int target) {
    Example example = targetExample(target);
    return example == null ? Caption.NONE : caption(example);
  }

  /**
   * Returns the example that a unit consists of; null where units are groups, or without a dataset.
   */
  public @Nullable Example unitExample(int unit) {
    return data == null || units == null || units.count() != data.train().rows()
        ? null
        : new Example(data.train(), unit);
  }

  /** Returns the example whose output a target is; null where the dataset does not have it. */
  public @Nullable Example targetExample(int target) {
    return example(targets, target);
  }

  /** Returns the example of a number in datasets that follow each other; null beyond their last. */
  public static @Nullable Example example(List<Dataset> sets, int number) {
    int row = number;
    for (Dataset set : sets) {
      if (row < set.rows()) {
        return new Example(set, row);
      }
      row -= set.rows();
    }
    return null;
  }

  private static Caption caption(Example example) {
    Metadata metadata = example.set().metadata();
    return new Caption(
        part(metadata.names(), example.row()),
        example.set().labels().text(example.row()),
        part(metadata.groups(), example.row()),
        part(metadata.places(), example.row()));
  }

  private static String part(@Nullable List<String> parts, int row) {
    return parts == null ? "" : parts.get(row);
  }
}
