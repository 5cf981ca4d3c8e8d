package dev.whence.pool;

import dev.whence.base.Json;
import dev.whence.data.Metadata;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the units of imported runs are called: {@code names.json}.
 *
 * @param names a name for each unit, or null
 * @param groups the group of each unit, or null
 */
public record UnitNames(@Nullable List<String> names, @Nullable List<String> groups) {

  private static final String FILE = "names.json";

  UnitNames(Metadata metadata) {
    this(metadata.names(), metadata.groups());
  }

  /** Returns those of a study; without any where it has none. */
  public static UnitNames of(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    return Files.exists(file) ? Json.read(file, UnitNames.class) : new UnitNames(null, null);
  }

  void write(Path folder) throws IOException {
    Json.write(folder.resolve(FILE), this);
  }
}
