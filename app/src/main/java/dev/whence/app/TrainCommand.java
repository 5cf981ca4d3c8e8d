package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import dev.whence.explore.UnitList;
import dev.whence.learn.LearnerFactory;
import dev.whence.pool.Executor;
import dev.whence.pool.ExecutorFactory;
import dev.whence.pool.Pool;
import dev.whence.store.Manifest;
import dev.whence.store.PoolSpec;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Path;
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
      "  whence train S --accept           go on with a train.py that you changed",
      "  whence train S --pool a10 --alpha 0.1 --models 4000   another pool, on tenths of the units",
      "  whence train S --pool few --vary points.txt --models 500   only these units go in and out",
      "  whence train S --pool b --vary 'source=clinic-b and year<2015' --models 500"
    })
final class TrainCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(names = "--models", paramLabel = "N", description = "Size of the pool.")
  private @Nullable Long models;

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      description = "Train another pool of the study, with its own runs for evaluation [pool].")
  private String pool = StudyPool.POOL;

  @Option(
      names = "--alpha",
      paramLabel = "F",
      description = "Part of the units that the subsets of a new --pool hold [the study's].")
  private @Nullable Double alpha;

  @Option(
      names = "--repeats",
      paramLabel = "RxK",
      description = "Runs that judge a new --pool: R fresh subsets, K models each [the study's].")
  private @Nullable String repeats;

  @Option(
      names = "--vary",
      paramLabel = "UNITS",
      description =
          "In a new --pool only these units go in and out, all others are always in: a file of numbers or names, one a line, or a query on the metadata.")
  private @Nullable String vary;

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      description = "Where runs are trained: threads, or an executor of a jar of yours [threads].")
  private String executor = "threads";

  @Option(
      names = "--accept",
      description =
          "Go on though files of the training command have changed since the study was made; remember those of now.")
  private boolean accept;

  @Mixin private Common common = new Common();

  /** Makes the learner's files as they are now those of the study. */
  private void accept() throws IOException {
    Study open = Study.open(study);
    StudyPool unnamed = open.pool();
    try (StudyLock _ = open.lock("manifest", "whence train --accept", study.resolve("study.json"));
        StudyLock _ = open.lock(unnamed.part(), "whence train --accept", unnamed.runs())) {
      Manifest manifest = open.manifest();
      Manifest.LearnerSpec learner = manifest.trained().learner();
      ObjectNode renewed = LearnerFactory.of(learner.name()).renew(learner.config()).config();
      if (!renewed.equals(learner.config())) {
        open.accept(manifest.withLearner(new Manifest.LearnerSpec(learner.name(), renewed)));
        common.remark(
            "%s: accepted the training command's files of now; runs before were made with others",
            study);
      }
    }
  }

  /** Returns the pool that is asked for; a new one is made. */
  private StudyPool pool(Study open) throws IOException {
    boolean described = alpha != null || repeats != null || vary != null;
    if (pool.equals(StudyPool.POOL)) {
      if (described) {
        throw BadInputException.at(
            "--alpha, --repeats, --vary", "another pool (--pool NAME)", "the study's own");
      }
      return open.pool();
    }
    if (!described && StudyPool.names(study).contains(pool)) {
      return open.pool(pool);
    }
    PoolSpec own = PoolSpec.of(open.manifest()).named(pool);
    PoolSpec spec =
        new PoolSpec(
            own.seed(),
            own.design(),
            vary == null ? null : UnitList.of(vary, open).units(),
            repeats == null ? own.repeats() : InitCommand.repeats(repeats));
    return StudyPool.of(open, pool, alpha == null ? spec : spec.alpha(alpha));
  }

  @Override
  public Integer call() throws IOException {
    if (models != null && models < 1) {
      throw BadInputException.at("--models", "at least 1", models);
    }
    if (accept) {
      accept();
    }
    Study open = Study.open(study);
    StudyPool asked = pool(open);
    if (models == null && !asked.exists()) {
      throw BadInputException.at("--models", "a number of models for a new pool", "none");
    }
    try (Workers workers = common.workers();
        Executor where = ExecutorFactory.of(executor).create(workers);
        Interruption _ = new Interruption("whence train " + study)) {
      Pool trained = Pool.of(open, asked);
      long planned = trained.planned();
      if (models != null && models < planned) {
        common.remark(
            "%s: the pool has, or was to have, %,d models: none is taken off", study, planned);
      }
      trained.train(models == null ? 0 : models, where, workers.progress(), "whence train");
      trained
          .skipped()
          .forEach(
              (folder, skipped) -> {
                if (!skipped.runs().isEmpty()) {
                  common.remark(
                      "%,d runs failed twice, and others stand for them: %s",
                      skipped.runs().size(), folder.resolve("skipped.json"));
                }
              });
    }
    return 0;
  }
}
