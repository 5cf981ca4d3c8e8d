package dev.whence.store;

import dev.whence.base.Api;
import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.data.Split;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that holds the dataset, the runs and everything computed from them.
 *
 * <pre>
 * study.json          the manifest
 * locks/              name of the process that writes to a part of the study, such as the pool
 * work/               scratch files of processes that train, by process number
 * logs/               output of programs that train
 * zarr.json           makes the directory a Zarr group: zarr.open("STUDY")["pool/margin"]
 * data/{train,test}/  features, labels, metadata
 * pool/               masks [m, ceil(d/8)], one array [m, n] an output, skipped.json, ledger/
 * repeats/            the same for the runs that evaluation uses
 * pools/NAME/         other pools, each like pool/, with its pool.json and its repeats/
 * statistics/         sums over the pool's runs, for the next fit; of named fits in sums/NAME/
 * datamodels/         weights [n, d], bias, lambda, gap [n], errors along paths, fit.json, ledger/
 * scores/NAME/        scores [n, d] of other fits (fit.json) and other tools (scores.json), with
 *                     agreement.json where they were judged
 * targets.json        imported runs: which targets are in S, offsets subtracted from outputs
 * names.json          imported runs: names and groups of units
 * evaluation.json, evaluation-pairs.json, report/
 * </pre>
 */
@Api
public final class Study {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Path folder;
  private final Manifest manifest;

  private Study(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Creates an empty study in {@code folder}, which must not hold a study; the folder appears when
   * it is complete.
   */
  public static void create(Path folder, Manifest manifest, @Nullable Split data)
      throws IOException {
    create(
        folder,
        staging -> {
          manifest.write(staging.resolve("study.json"));
          if (data != null) {
            writeData(staging, data);
          }
        });
  }

  /** Writes the dataset of a study that is being made in {@code folder}. */
  public static void writeData(Path folder, Split data) throws IOException {
    DatasetStore.write(folder.resolve("data/train"), data.train());
    if (data.test() != null) {
      DatasetStore.write(folder.resolve("data/test"), data.test());
    }
    writeGroup(folder.resolve("data"));
  }

  /** Fills a folder that is to become a study. */
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Creates a study whose files {@code content} writes; where that fails, nothing is left behind.
   */
  public static void create(Path folder, Content content) throws IOException {
    requireAbsent(folder);
    Path absolute = folder.toAbsolutePath().normalize();
    Path staging =
        absolute.resolveSibling(absolute.getFileName() + ".new-" + ProcessHandle.current().pid());
    try {
      Files.createDirectories(staging);
      writeGroup(staging);
      content.writeTo(staging);
      Files.deleteIfExists(absolute);
      Files.move(staging, absolute);
    } catch (IOException | RuntimeException | Error e) {
      Folders.delete(staging);
      throw e;
    }
  }

  private static void requireAbsent(Path folder) throws IOException {
    if (Files.exists(folder.resolve("study.json"))) {
      throw BadInputException.at(folder, "no study there yet", "a study");
    }
    if (Files.exists(folder) && !(Files.isDirectory(folder) && Folders.isEmpty(folder))) {
      throw BadInputException.at(folder, "a new or empty folder", "other files");
    }
  }

  /** Opens a study for reading. */
  public static Study open(Path folder) throws IOException {
    return new Study(folder, manifest(folder));
  }

  /**
   * Locks a part of the study for writing, or refuses by the name of the process that writes to it.
   *
   * @param part such as pool, pools/NAME, datamodels or scores/NAME
   * @param purpose what the part is locked for, such as "whence train"
   * @param written files and folders of the part, from which what killed processes left
   *     half-written is deleted
   */
  public StudyLock lock(String part, String purpose, Path... written) throws IOException {
    if (!Files.isWritable(folder)) {
      throw BadInputException.at(folder, "a study that can be written to", "one that cannot");
    }
    StudyLock lock = StudyLock.acquire(folder, part, purpose);
    try {
      for (Path path : written) {
        AtomicFile.sweep(path);
      }
      sweepScratch(folder.resolve("work"));
      return lock;
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Deletes the scratch folders, named by their process, of processes that have ended. */
  private static void sweepScratch(Path work) throws IOException {
    if (!Files.isDirectory(work)) {
      return;
    }
    List<Path> folders;
    try (Stream<Path> all = Files.list(work)) {
      folders = all.toList();
    }
    for (Path folder : folders) {
      String name = folder.getFileName().toString();
      boolean alive =
          name.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(name)).isPresent();
      if (!alive) {
        Folders.delete(folder);
      }
    }
    try {
      Files.delete(work);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      // Another process has files there, or has swept.
    }
  }

  private static Manifest manifest(Path folder) throws IOException {
    Path file = folder.resolve("study.json");
    if (!Files.isRegularFile(file)) {
      throw BadInputException.at(
          folder, "a study", Files.exists(folder) ? "no study.json" : "nothing there");
    }
    return Manifest.read(file);
  }

  /** Refuses a name that cannot be a folder's beside the study's own files. */
  public static void requireName(String what, String name) {
    boolean taken = name.endsWith(".json") || name.endsWith(".partial") || name.endsWith(".lock");
    if (!NAME.matcher(name).matches() || taken) {
      throw BadInputException.at(
          what, "letters, digits, '.', '_' and '-', and no file's ending such as .json", name);
    }
  }

  /**
   * Makes a folder a Zarr group, so that Python opens the folder with all arrays and groups in it.
   */
  public static void writeGroup(Path folder) throws IOException {
    Json.write(
        folder.resolve("zarr.json"),
        new java.util.TreeMap<>(
            Map.of("zarr_format", 3, "node_type", "group", "attributes", Map.of())));
  }

  public Path folder() {
    return folder;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Returns whether the study has a dataset; a study of imported runs may have none. */
  public boolean hasData() {
    return Files.isDirectory(folder.resolve("data/train"));
  }

  /** Returns the dataset, or refuses where the study has none. */
  public Split data() throws IOException {
    if (!hasData()) {
      throw BadInputException.at(folder, "a study with a dataset", "imported runs");
    }
    Path test = folder.resolve("data/test");
    return new Split(
        DatasetStore.read(folder.resolve("data/train")),
        Files.isDirectory(test) ? DatasetStore.read(test) : null);
  }

  /** Returns the pool that is there without a name: folders pool/ and repeats/. */
  public StudyPool pool() {
    return StudyPool.unnamed(folder, manifest);
  }

  /** Returns the pool called {@code name}, or refuses a name that no pool has. */
  public StudyPool pool(String name) throws IOException {
    return StudyPool.open(folder, manifest, name);
  }

  /** Returns the folder of the sums over the pool's runs that datamodels are fitted to. */
  public Path statistics() {
    return folder.resolve("statistics");
  }

  /** Returns the folder of the datamodels that were fitted without a name. */
  public Path datamodels() {
    return folder.resolve("datamodels");
  }

  /**
   * Returns the folder of the scores of named fits and of other tools, which has a folder for each
   * name.
   */
  public Path scores() {
    return folder.resolve("scores");
  }

  /**
   * Replaces the study's manifest by {@code changed}, which must have the same data, design and
   * runs.
   */
  public void accept(Manifest changed) throws IOException {
    changed.write(folder.resolve("study.json"));
  }
}
