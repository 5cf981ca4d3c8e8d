package dev.whence.store;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String SPEC = "pool.json";

  static StudyPool unnamed(Path study, Manifest manifest) {
    Manifest.Training training = manifest.training();
    PoolSpec spec =
        training == null
            ? null
            : new PoolSpec(manifest.seed(), training.design(), null, manifest.repeats());
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
   * Creates a named pool without runs, or returns the pool of that name; refuses one that is made
   * otherwise.
   */
  public static StudyPool create(Study study, String name, PoolSpec spec) throws IOException {
    spec.require(study.manifest().units());
    Path folder = folder(study.folder(), name);
    Path file = folder.resolve(SPEC);
    if (Files.exists(file)) {
      if (!Json.read(file, PoolSpec.class).equals(spec)) {
        throw BadInputException.at(
            file,
            "the pool as it was made (or another name)",
            "other --alpha, --vary or --repeats");
      }
    } else {
      Study.writeGroup(study.folder().resolve("pools"));
      Study.writeGroup(folder);
      Json.write(file, spec);
    }
    return of(name, folder, spec);
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
    if (!NAME.matcher(name).matches()) {
      throw BadInputException.at("name of a pool", "letters, digits, '.', '_' and '-'", name);
    }
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
