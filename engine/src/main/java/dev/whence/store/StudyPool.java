package dev.whence.store;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool of a study: the runs that datamodels are fitted to and those that judge them.
 *
 * @param name "pool" for the study's own, otherwise the name of a folder in {@code pools/}
 * @param runs folder of the runs that datamodels are fitted to
 * @param repeats folder of the runs that datamodels are evaluated on
 * @param spec what the runs are made from; null for imported runs
 */
@Api
public record StudyPool(String name, Path runs, Path repeats, @Nullable PoolSpec spec) {

  /** The name of the pool that a study has without saying so. */
  public static final String POOL = "pool";

  private static final String SPEC = "pool.json";

  static StudyPool unnamed(Path study, Manifest manifest) {
    PoolSpec spec = manifest.training() == null ? null : PoolSpec.of(manifest);
    return new StudyPool(POOL, study.resolve(POOL), study.resolve("repeats"), spec);
  }

  static StudyPool open(Path study, Manifest manifest, String name) throws IOException {
    if (name.equals(POOL)) {
      return unnamed(study, manifest);
    }
    Path folder = folder(study, name);
    if (!Files.exists(folder.resolve(SPEC))) {
      throw BadInputException.unknown("pool", names(study), name);
    }
    return of(name, folder, Json.read(folder.resolve(SPEC), PoolSpec.class));
  }

  private static StudyPool of(String name, Path folder, PoolSpec spec) {
    return new StudyPool(name, folder, folder.resolve("repeats"), spec);
  }

  /**
   * Returns a named pool, which is written when it is trained; refuses a name whose pool is made
   * otherwise.
   */
  public static StudyPool of(Study study, String name, PoolSpec spec) throws IOException {
    spec.require(study.manifest().units());
    Path folder = folder(study.folder(), name);
    Path file = folder.resolve(SPEC);
    if (Files.exists(file) && !Json.read(file, PoolSpec.class).equals(spec)) {
      throw BadInputException.at(
          file, "the pool as it was made (or another name)", "other --alpha, --vary or --repeats");
    }
    if (!Files.exists(file) && RunStore.exists(folder)) {
      throw BadInputException.at(file, "what the runs beside it were made from", "nothing there");
    }
    return of(name, folder, spec);
  }

  /** Writes what the runs of a named pool are made from. */
  public void write() throws IOException {
    if (!name.equals(POOL) && !Files.exists(runs.resolve(SPEC))) {
      Study.writeGroup(Objects.requireNonNull(runs.getParent()));
      Study.writeGroup(runs);
      Json.write(runs.resolve(SPEC), Objects.requireNonNull(spec));
    }
  }

  /** Returns the names of a study's pools. */
  public static List<String> names(Path study) throws IOException {
    List<String> names = new ArrayList<>(List.of(POOL));
    Path folder = study.resolve("pools");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        all.filter(f -> Files.exists(f.resolve(SPEC)))
            .map(f -> f.getFileName().toString())
            .sorted()
            .forEach(names::add);
      }
    }
    return names;
  }

  private static Path folder(Path study, String name) {
    Study.requireName("name of a pool", name);
    return study.resolve("pools").resolve(name);
  }

  /** Returns the name of the pool as a part of the study that is locked for writing. */
  public String part() {
    return name.equals(POOL) ? POOL : "pools/" + name;
  }

  /** Returns whether the pool has runs, finished or asked for. */
  public boolean exists() {
    return RunStore.exists(runs);
  }
}
