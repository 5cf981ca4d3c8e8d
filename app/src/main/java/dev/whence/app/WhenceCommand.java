package dev.whence.app;

import dev.whence.app.bench.BenchCommand;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** The command that holds all others. */
@Command(
    name = "whence",
    mixinStandardHelpOptions = true,
    versionProvider = InfoCommand.Version.class,
    description =
        "Says which training data a prediction comes from, and what would happen if it were changed.",
    footer = {
      "",
      "Examples:",
      "  whence quickstart                            the main job on bundled data, with a report",
      "  whence init S --data bundled --learner mlp   a study",
      "  whence train S --models 4000                 its pool of models",
      "  whence fit S && whence evaluate S            its datamodels, and how good they are",
      "  whence similar S 17                          the examples that target 17 hangs on",
      "",
      "Exit codes: 0 done, 1 failed, 2 bad input (one line says what was expected, found and where)."
    },
    subcommands = {
      QuickstartCommand.class,
      InitCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      FitCommand.class,
      EvaluateCommand.class,
      AttributeCommand.class,
      LeaderboardCommand.class,
      SimilarCommand.class,
      WhatIfCommand.class,
      SupportCommand.class,
      CounterfactualsCommand.class,
      FeaturesCommand.class,
      GradientsCommand.class,
      ReportCommand.class,
      ReproduceCommand.class,
      ImportCommand.class,
      ImportScoresCommand.class,
      ExportCommand.class,
      DataCommand.class,
      InfoCommand.class,
      BenchCommand.class,
      ReferenceCommand.class,
      AutoComplete.GenerateCompletion.class
    })
final class WhenceCommand {}
