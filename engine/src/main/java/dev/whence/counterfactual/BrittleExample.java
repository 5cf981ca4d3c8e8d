package dev.whence.counterfactual;

import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.pool.Executor;
import dev.whence.pool.Interventions;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One prediction that hangs on a few training units, found and verified: {@code
 * brittle-example.json}. It shows what a datamodel says to who has never seen one.
 *
 * @param fit options of the datamodels
 * @param target index of the target
 * @param before mean output of models of the whole of S
 * @param units the units, in the order of their weights
 * @param answer predicted and measured change without the units
 * @param runnerUp the class that models of the whole of S give most weight to but the target's own
 */
public record BrittleExample(
    FitOptions fit, int target, double before, int[] units, Answer answer, String runnerUp) {

  private static final String FILE = "brittle-example.json";

  /** Number of units that is easily looked at. */
  private static final int FEW = 12;

  /** Number of targets whose support is sought. */
  private static final int TRIED = 6;

  private static final int MODELS = 20;

  /** Reads a study's example; null where there is none, or one of another fit. */
  public static @Nullable BrittleExample read(Study study, @Nullable FitOptions fit)
      throws IOException {
    Path file = study.folder().resolve(FILE);
    BrittleExample known = Files.exists(file) ? Json.read(file, BrittleExample.class) : null;
    return known != null && known.fit.equals(fit) ? known : null;
  }

  /** Writes the example into a study. */
  public void write(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    try (StudyLock _ = study.lock("example", "whence quickstart", file)) {
      Json.write(file, this);
    }
  }

  /**
   * Finds an example: among the targets whose predicted support is near to {@value #FEW} units, the
   * one with the smallest support that is verified; null where none is.
   */
  public static @Nullable BrittleExample find(
      Study study,
      NamedScores datamodels,
      Interventions models,
      Executor executor,
      Progress progress,
      String purpose)
      throws IOException {
    Supports.Options options = Supports.Options.DEFAULT;
    int[] all =
        IntStream.range(0, study.manifest().targets())
            .filter(t -> models.unitOfTarget()[t] < 0)
            .toArray();
    List<Support> predicted =
        new Supports(
                study, options.method(Supports.Method.PREDICTED), datamodels, datamodels, models)
            .find(all, executor, progress, purpose);
    int[] tried =
        predicted.stream()
            .filter(s -> s.size() != null && s.size() > 0)
            .sorted(Comparator.comparingInt(s -> Math.abs(Objects.requireNonNull(s.size()) - FEW)))
            .limit(TRIED)
            .mapToInt(Support::target)
            .toArray();
    Support best =
        new Supports(study, options, datamodels, datamodels, models)
            .find(tried, executor, progress, purpose).stream()
                .filter(s -> s.verified() && s.units().length > 0)
                .min(Comparator.comparingInt(s -> s.units().length))
                .orElse(null);
    if (best == null) {
      return null;
    }
    int[] target = {best.target()};
    Question question = Question.remove(UnitSet.of("support", best.units()));
    Answer answer =
        new WhatIf(study, question, datamodels, datamodels, models)
            .verify(target, MODELS, options.controls(), executor, progress, purpose)
            .getFirst();
    Changes changes = new Changes(study, models);
    changes.readRunnerUps(options.controls());
    Outcomes outcomes = new Outcomes(study, datamodels.output(), models);
    Sample before =
        Objects.requireNonNull(outcomes.all(changes.control(best.target()), best.target()));
    return new BrittleExample(
        Objects.requireNonNull(datamodels.fit()),
        best.target(),
        before.mean(),
        best.units(),
        answer,
        changes.className(changes.runnerUp(best.target())));
  }
}
