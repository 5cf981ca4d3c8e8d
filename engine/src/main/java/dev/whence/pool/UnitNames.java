package dev.whence.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whence.base.Json;
import dev.whence.data.Column;
import dev.whence.data.Metadata;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the units of imported runs are called: {@code names.json}.
 *
 * @param names a name for each unit, or null
 * @param groups the group of each unit, or null
 * @param columns all columns of the table that names the units, by their name
 */
public record UnitNames(
    @Nullable List<String> names,
    @Nullable List<String> groups,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Column> columns) {

  public UnitNames {
    columns = columns == null ? Map.of() : columns; // earlier versions kept none
  }

  private static final String FILE = "names.json";

  UnitNames(Metadata metadata) {
    this(metadata.names(), metadata.groups(), metadata.columns());
  }

  /** Returns those of a study; without any where it has none. */
  public static UnitNames of(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    return Files.exists(file)
        ? Json.read(file, UnitNames.class)
        : new UnitNames(null, null, Map.of());
  }

  void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }
}
