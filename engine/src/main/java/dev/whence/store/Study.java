package dev.whence.store;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that holds the dataset, the runs and everything computed from them.
 *
 * <pre>
 * study.json          the manifest
 * study.lock          name of the process that writes; empty when no process writes
 * work/               scratch files of processes that train, by process number
 * logs/               output of programs that train
 * zarr.json           makes the directory a Zarr group: zarr.open("STUDY")["pool/margin"]
 * data/{train,test}/  features, labels, metadata
 * pool/               masks [m, ceil(d/8)], one array [m, n] an output, skipped.json, ledger/
 * repeats/            the same for the runs that evaluation uses
 * statistics/         sums over the pool's runs, for the next fit; of named fits in sums/NAME/
 * datamodels/         weights [n, d], bias, lambda, gap [n], errors along paths, fit.json, ledger/
 * scores/NAME/        scores [n, d] of other fits (fit.json) and other tools (scores.json), with
 *                     agreement.json where they were judged
 * targets.json        imported runs: which targets are in S, offsets subtracted from outputs
 * names.json          imported runs: names and groups of units
 * evaluation.json, evaluation-pairs.json, report/
 * </pre>
 */
public final class Study implements AutoCloseable {

  private final Path folder;
  private final Manifest manifest;
  private final @Nullable StudyLock lock;

  private Study(Path folder, Manifest manifest, @Nullable StudyLock lock) {
    this.folder = folder;
    this.manifest = manifest;
    this.lock = lock;
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
    return new Study(folder, manifest(folder), null);
  }

  /**
   * Opens a study for writing; refuses, with the name of the process, where another process writes.
   */
  public static Study openForWriting(Path folder, String purpose) throws IOException {
    Manifest manifest = manifest(folder);
    String holder = "process %d (%s)".formatted(ProcessHandle.current().pid(), purpose);
    StudyLock lock = StudyLock.acquire(folder, holder);
    try {
      AtomicFile.sweep(folder);
      sweepScratch(folder.resolve("work"));
      return new Study(folder, manifest, lock);
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
    if (Folders.isEmpty(work)) {
      Folders.delete(work);
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

  /** Returns the folder of the runs that datamodels are fitted to. */
  public Path pool() {
    return folder.resolve("pool");
  }

  /** Returns the folder of the runs that datamodels are evaluated on. */
  public Path repeats() {
    return folder.resolve("repeats");
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

  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
