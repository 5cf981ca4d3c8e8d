package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.base.BadInputException;
import dev.whence.learn.LearnerFactory;
import dev.whence.pool.Executor;
import dev.whence.pool.PoolTraining;
import dev.whence.pool.SkippedRuns;
import dev.whence.pool.ThreadExecutor;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code whence train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a study's pool of models, or what is missing of it.",
      "Stopped at any moment, the same command goes on; the pool is the same, bit for bit."
    },
    footer = {
      "",
      "Examples:",
      "  whence train S --models 4000      train a pool, and the runs that evaluation uses",
      "  whence train S --models 10000     extend it later",
      "  whence train S                    go on with what was asked for last",
      "  whence train S --accept           go on with a train.py that you changed"
    })
final class TrainCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(names = "--models", paramLabel = "N", description = "Size of the pool.")
  private @Nullable Long models;

  @Option(
      names = "--accept",
      description =
          "Go on though files of the training command have changed since the study was made; remember those of now.")
  private boolean accept;

  @Mixin private Common common = new Common();

  /** Makes the files that the learner consists of now those of the study. */
  private void accept(Path study) throws IOException {
    try (Study open = Study.openForWriting(study, "whence train --accept")) {
      Manifest manifest = open.manifest();
      Manifest.LearnerSpec learner = manifest.learner();
      if (learner == null) {
        throw BadInputException.at(study, "a study with a learner", "imported runs");
      }
      ObjectNode renewed = LearnerFactory.of(learner.name()).renew(learner.config()).config();
      if (!renewed.equals(learner.config())) {
        open.accept(manifest.withLearner(new Manifest.LearnerSpec(learner.name(), renewed)));
        common.remark(
            "%s: accepted the training command's files of now; runs before were made with others",
            study);
      }
    }
  }

  @Override
  public Integer call() throws IOException {
    if (models != null && models < 1) {
      throw BadInputException.at("--models", "at least 1", models);
    }
    if (accept) {
      accept(study);
    }
    try (Study open = Study.openForWriting(study, "whence train");
        Executor executor = new ThreadExecutor(common.threads());
        Interruption _ = new Interruption("whence train " + study)) {
      if (models == null && !RunStore.exists(open.pool())) {
        throw BadInputException.at("--models", "a number of models for a new pool", "none");
      }
      PoolTraining training = new PoolTraining(open, executor, common.progress());
      long planned = training.planned();
      if (models != null && models < planned) {
        common.remark(
            "%s: the pool has, or was to have, %,d models: none is taken off", study, planned);
      }
      training.trainPool(models == null ? 0 : models);
      training.trainRepeats();
      for (Path folder : List.of(open.pool(), open.repeats())) {
        List<SkippedRuns.Skipped> skipped = SkippedRuns.of(folder).runs();
        if (!skipped.isEmpty()) {
          common.remark(
              "%,d runs failed twice, and others stand for them: %s",
              skipped.size(), folder.resolve("skipped.json"));
        }
      }
    }
    return 0;
  }
}
