package dev.whence.app;

import dev.whence.base.Json;
import dev.whence.learn.LearnerFactory;
import dev.whence.pool.Interventions;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which learner models of changed training sets are trained with. */
final class LearnerOption {

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      description =
          "Train with another learner than the study's, with its default settings: same sets, other models.")
  private @Nullable String learner;

  /** Returns whether another learner than the study's was asked for. */
  boolean other() {
    return learner != null;
  }

  /** Opens the models of the learner. */
  Interventions models(Study study) throws IOException {
    String name = learner;
    return name == null
        ? Interventions.of(study)
        : Interventions.of(
            study,
            new Manifest.LearnerSpec(
                name, LearnerFactory.of(name).create(Json.mapper().createObjectNode()).config()));
  }
}
