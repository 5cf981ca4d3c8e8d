package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.app.terminal.ProgressBar;
import dev.whence.attribute.Attribution;
import dev.whence.attribute.AttributionTask;
import dev.whence.attribute.Attributor;
import dev.whence.attribute.Attributors;
import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import dev.whence.pool.Pilot;
import dev.whence.store.Manifest;
import dev.whence.store.ScoreOrigin;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence attribute}. */
@Command(
    name = "attribute",
    mixinStandardHelpOptions = true,
    description = {
      "Scores training units for targets by a method other than datamodels, under a name that evaluate, similar, whatif, support and"
          + " report take with --scores. Without a study, lists the methods and their settings.",
      "A score is the predicted change of a target's output when the unit is held: larger is more helpful."
          + " Stopped, the same command goes on."
    },
    footer = {
      "",
      "Examples:",
      "  whence attribute",
      "  whence attribute S --method trak",
      "  whence attribute S --method trak --set models=50 --name trak-50",
      "  whence attribute S --method tracin --plan     # what it will take",
      "  whence evaluate S --scores trak,tracin,datamodels"
    })
final class AttributeCommand implements Callable<Integer> {

  private static final double MEBI = 1 << 20;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "STUDY",
      description = "Folder of the study.")
  private @Nullable Path study;

  @Option(names = "--method", paramLabel = "NAME", description = "Name of the method.")
  private @Nullable String method;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name that the scores get in the study [the method's].")
  private @Nullable String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the method; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Which recorded output is explained [the study's first].")
  private @Nullable String output;

  @Option(names = "--plan", description = "Say what it will take, and do nothing.")
  private boolean plan;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (study == null) {
      if (method != null) {
        throw BadInputException.at("STUDY", "the folder of a study", "none");
      }
      print();
      return 0;
    }
    if (method == null) {
      throw BadInputException.at("--method", "a method (whence attribute lists them)", "none");
    }
    Study open = Study.open(study);
    Attributor wanted = Attributors.of(method, Settings.parse(settings));
    String explained = open.manifest().output(output);
    if (plan) {
      plan(open, wanted, explained);
      return 0;
    }
    String called = name == null ? method : name;
    try (Workers workers = common.workers();
        Interruption _ =
            new Interruption("whence attribute %s --method %s".formatted(study, method))) {
      ScoreOrigin.Computed done =
          Objects.requireNonNull(
              Attribution.run(open, called, wanted, explained, workers).computed());
      System.out.printf(
          Locale.ROOT,
          "%s: %s; %,d models, %s, %.1f MB must stay to answer for a new target%n",
          called,
          done.inOutputUnits() ? "changes of the " + explained : "ranks only",
          done.models(),
          ProgressBar.time(done.seconds()),
          done.bytes() / MEBI);
    }
    return 0;
  }

  private static void print() {
    for (Attributor one : Attributors.all()) {
      System.out.printf("%-16s %s%n", one.name(), one.description());
      Attributors.settings(one)
          .properties()
          .forEach(
              setting ->
                  System.out.printf(
                      "                   --set %s=%s%n",
                      setting.getKey(), setting.getValue().asString()));
    }
  }

  private void plan(Study open, Attributor wanted, String explained) throws IOException {
    try (Workers workers = common.workers();
        AttributionTask task = new AttributionTask(open, explained, workers)) {
      Attributor.Needs needs = wanted.needs(task);
      double seconds = 0;
      if (needs.models() > 0) {
        Manifest.DesignSpec design = open.manifest().trained().design();
        Pilot pilot = Pilot.measure(open, open.data(), design.alpha(), workers, 2);
        seconds = needs.models() * pilot.seconds() / pilot.threads();
      }
      long scores = (long) Float.BYTES * open.manifest().targets() * open.manifest().units();
      System.out.printf(
          Locale.ROOT,
          "%s: %,d models to train (%s at the study's alpha), about %.0f MB of memory, %.1f MB of scores on disk%n",
          wanted.name(),
          needs.models(),
          ProgressBar.time(seconds),
          needs.memory() / MEBI,
          scores / MEBI);
    }
  }
}
