package dev.whence.attribute;

import dev.whence.base.Api;
import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.design.Units;
import dev.whence.pool.Targets;
import dev.whence.regress.NamedScores;
import dev.whence.store.Manifest;
import dev.whence.store.ScoreOrigin;
import dev.whence.store.ScoreStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scores a study's units by a method, block after block of targets: what is written stays where the
 * work is stopped. Scores of examples are summed to those of their units.
 */
@Api
public final class Attribution {

  private static final String ORIGIN = "scores.json";

  /** Scores of examples that are held at once. */
  private static final long MOST = 1L << 26;

  private Attribution() {}

  /**
   * Computes scores, or what is missing of them.
   *
   * @param name that the scores get in the study
   * @param output name of the recorded output that is explained
   */
  public static ScoreOrigin run(
      Study study, String name, Attributor method, String output, Workers workers)
      throws IOException {
    Path folder = NamedScores.folder(study, name);
    if (name.equals(NamedScores.DATAMODELS) || Files.exists(folder.resolve("fit.json"))) {
      throw BadInputException.at("--name", "a name that no fit has", name);
    }
    ObjectNode settings = Attributors.settings(method);
    long start = System.nanoTime();
    try (StudyLock _ = study.lock(NamedScores.part(name), "whence attribute", folder);
        AttributionTask task = new AttributionTask(study, output, workers)) {
      ScoreOrigin known = known(folder, method, output, settings);
      if (known != null && ScoreStore.open(folder, List.of()).complete()) {
        return known;
      }
      Attributor.Scoring scoring = method.prepare(task); // may refuse: nothing is written before
      ScoreOrigin begun =
          known == null ? begin(study, folder, name, method, output, settings) : known;
      fill(
          task,
          scoring,
          ScoreStore.create(
              folder, "scores", study.manifest().targets(), study.manifest().units(), List.of()));
      ScoreOrigin.Computed before = begun.computed();
      double earlier = before == null ? 0 : before.seconds();
      ScoreOrigin done =
          new ScoreOrigin(
              method.name(),
              output,
              null,
              null,
              new ScoreOrigin.Computed(
                  settings,
                  method.inOutputUnits(),
                  task.trained(),
                  earlier + (System.nanoTime() - start) / 1e9,
                  scoring.bytes()));
      Json.write(folder.resolve(ORIGIN), done);
      return done;
    }
  }

  /** Returns what there is of the same method, output and settings; null where there is nothing. */
  private static @Nullable ScoreOrigin known(
      Path folder, Attributor method, String output, ObjectNode settings) throws IOException {
    Path file = folder.resolve(ORIGIN);
    if (!Files.exists(file) || !Files.isDirectory(folder.resolve("scores"))) {
      return null;
    }
    ScoreOrigin known = Json.read(file, ScoreOrigin.class);
    ScoreOrigin.Computed computed = known.computed();
    boolean same =
        computed != null
            && known.method().equals(method.name())
            && known.output().equals(output)
            && computed.settings().equals(settings);
    return same ? known : null;
  }

  /** Makes an empty folder of scores; what was there is replaced. */
  private static ScoreOrigin begin(
      Study study, Path folder, String name, Attributor method, String output, ObjectNode settings)
      throws IOException {
    AtomicFile.deleteFolder(folder);
    NamedScores.make(study, name);
    Files.createDirectories(folder);
    ScoreOrigin origin =
        new ScoreOrigin(
            method.name(),
            output,
            null,
            null,
            new ScoreOrigin.Computed(settings, method.inOutputUnits(), 0, 0, 0));
    Json.write(folder.resolve(ORIGIN), origin);
    return origin;
  }

  private static void fill(AttributionTask task, Attributor.Scoring scoring, ScoreStore store)
      throws IOException {
    Manifest manifest = task.study().manifest();
    Units units = Targets.units(manifest, task.train());
    long rows = Math.clamp(MOST / task.train().rows(), 1, 1 << 20);
    int block =
        Math.toIntExact(Math.max(1, rows / ScoreStore.CHUNK_TARGETS)) * ScoreStore.CHUNK_TARGETS;
    try (Progress.Task progress =
        task.workers().progress().start("scoring", store.targets(), "targets")) {
      for (int from = 0; from < store.targets(); from += block) {
        int to = Math.min(store.targets(), from + block);
        int first = from / ScoreStore.CHUNK_TARGETS;
        int last = Math.ceilDiv(to, ScoreStore.CHUNK_TARGETS);
        if (allDone(store, first, last)) {
          progress.step(to - from);
          continue;
        }
        double[][] scores = block(task, scoring, units, from, to);
        for (int c = first; c < last; c++) {
          int begin = store.firstTarget(c) - from;
          store.write(c, (_, i) -> scores[begin + i]);
        }
        progress.step(to - from);
      }
    }
  }

  private static boolean allDone(ScoreStore store, int first, int last) throws IOException {
    for (int c = first; c < last; c++) {
      if (!store.done(c)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the scores of units for targets from … to − 1, which may lie in several sets. */
  private static double[][] block(
      AttributionTask task, Attributor.Scoring scoring, Units units, int from, int to)
      throws IOException {
    double[][] scores = new double[to - from][units.count()];
    int first = 0;
    for (Dataset set : task.targets()) {
      int begin = Math.max(from, first);
      int end = Math.min(to, first + set.rows());
      if (begin < end) {
        Dataset some = set.select(IntStream.range(begin - first, end - first).toArray());
        float[][] examples = scoring.scores(some, begin);
        for (int t = 0; t < examples.length; t++) {
          double[] row = scores[begin - from + t];
          for (int i = 0; i < examples[t].length; i++) {
            if (!Float.isFinite(examples[t][i])) {
              throw BadInputException.at(
                  "scores of target %d".formatted(begin + t), "numbers", examples[t][i]);
            }
            row[units.ofExample()[i]] += examples[t][i];
          }
        }
      }
      first += set.rows();
    }
    return scores;
  }
}
