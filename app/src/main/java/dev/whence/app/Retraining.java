package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.counterfactual.Supports;
import dev.whence.learn.LearnerFactory;
import dev.whence.pool.Executor;
import dev.whence.pool.ExecutorFactory;
import dev.whence.pool.Interventions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How models of changed training sets are trained. */
final class Retraining {

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      description =
          "Train with another learner than the study's, with its default settings: same sets, other models.")
  private @Nullable String learner;

  @Option(
      names = "--controls",
      paramLabel = "K",
      description = "Models of the whole of S, trained once for all questions [200].")
  private int controls = Supports.Options.DEFAULT.controls();

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      description =
          "Where models are trained: threads, or an executor of a jar of yours [threads].")
  private String executor = "threads";

  /** Returns whether another learner than the study's was asked for. */
  boolean otherLearner() {
    return learner != null;
  }

  /** Returns the name of the learner that was asked for; empty for the study's own. */
  String learner() {
    return learner == null ? "" : learner;
  }

  /** Returns the number of models of the whole of S. */
  int controls() {
    if (controls < 2) {
      throw BadInputException.at("--controls", "at least 2 models", controls);
    }
    return controls;
  }

  /** Opens the models of the learner; refuses a study of imported runs. */
  Interventions models(Study study) throws IOException {
    if (study.manifest().training() == null) {
      throw BadInputException.at(
          study.folder(),
          "a study that trains its own models",
          "imported runs, which can only be predicted");
    }
    String name = learner;
    return name == null
        ? Interventions.of(study)
        : Interventions.of(
            study,
            new Manifest.LearnerSpec(
                name, LearnerFactory.of(name).create(Json.mapper().createObjectNode()).config()));
  }

  /** Returns the fit that predicts: the scores that rank, if they are one, else the datamodels. */
  static @Nullable NamedScores predicting(Study study, @Nullable NamedScores ranking)
      throws IOException {
    if (ranking != null && ranking.fit() != null) {
      return ranking;
    }
    return NamedScores.names(study).contains(NamedScores.DATAMODELS)
        ? NamedScores.open(study, NamedScores.DATAMODELS)
        : null;
  }

  /** Work that trains. */
  interface Work<T> {
    T on(Executor where, Progress progress) throws IOException;
  }

  /**
   * Does work that may be interrupted.
   *
   * @param again the command that goes on with it
   */
  <T> T run(Common common, String again, Work<T> work) throws IOException {
    try (Workers workers = common.workers();
        Executor where = ExecutorFactory.of(executor).create(workers);
        Interruption _ = new Interruption(again)) {
      return work.on(where, workers.progress());
    }
  }
}
