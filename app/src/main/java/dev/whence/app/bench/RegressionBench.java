package dev.whence.app.bench;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.app.terminal.StageClock;
import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.base.Parallel;
import dev.whence.base.Workers;
import dev.whence.linalg.count.CountKernels;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Fit;
import dev.whence.regress.FitSpec;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code whence bench regression}: the whole regression at a scale, stage by stage, and its peers.
 */
@Command(
    name = "regression",
    mixinStandardHelpOptions = true,
    description = {
      "Seconds, operations and memory of each stage of a fit: d = 50,000·S, m = 300,000·S, n = 10,000·S, 100 penalties a target.",
      "Targets have planted weights: 96 heavy-tailed ones, small ones on all units, and noise. At S up to 0.1 OpenBLAS computes the"
          + " same statistics, and scikit-learn, celer, skglm and R's glmnet solve some of the targets."
    },
    footer = {
      "",
      "Examples:",
      "  whence bench regression --scale 0.1",
      "  whence bench regression --scale 1 --folder big --no-peers",
      "  whence bench regression --scale 1 --targets 256 --in-train --no-peers",
      "  whence bench regression --scale 2 --runs 20000 --targets 128 --folder wide --no-peers"
    })
final class RegressionBench implements Callable<Integer> {

  private static final double LARGEST_FOR_PEERS = 0.1;

  @Option(names = "--scale", paramLabel = "S", description = "Scale of the problem [0.1].")
  private double scale = 0.1;

  @Option(names = "--targets", paramLabel = "N", description = "Targets n [10,000·S].")
  private int targets;

  @Option(names = "--runs", paramLabel = "M", description = "Runs m [300,000·S].")
  private int runs;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Study to use: made where there is none, gone on with where there is, and kept [a temporary one].")
  private @Nullable Path folder;

  @Option(names = "--no-peers", description = "Measure Whence alone.")
  private boolean noPeers;

  @Option(
      names = "--in-train",
      description = "Then fit the targets as if they were units of S (eq. 9): target t is unit t.")
  private boolean inTrain;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "End a path N penalties after the best; 0 follows it whole [2].")
  private int patience = 2;

  @Option(
      names = "--tolerance",
      paramLabel = "F",
      description = "Duality gap, relative to the variance of the outputs [1e-6].")
  private double tolerance = 1e-6;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (!(scale > 0 && scale <= 4)) {
      throw BadInputException.at("--scale", "more than 0 and at most 4", scale);
    }
    PlantedPool planted =
        new PlantedPool(
            (int) Math.round(50_000 * scale),
            runs > 0 ? runs : (int) Math.round(300_000 * scale),
            targets > 0 ? targets : (int) Math.max(1, Math.round(10_000 * scale)));
    if (inTrain && planted.targets() > planted.units()) {
      throw BadInputException.at("--targets", "at most " + planted.units() + " in S", targets);
    }
    Path temporary = folder == null ? Files.createTempDirectory("whence-bench") : null;
    Path study = folder == null ? Objects.requireNonNull(temporary).resolve("study") : folder;
    try (Parallel parallel = common.parallel()) {
      if (!Files.exists(study.resolve("study.json"))) {
        planted.write(study, parallel, common.progress());
      }
      Map<String, Object> result = measure(planted, study, false, parallel);
      if (inTrain) {
        result.put("inTrain", measure(planted, study, true, parallel));
      }
      print(result);
      if (!noPeers && scale <= LARGEST_FOR_PEERS) {
        BenchRow.print(new RegressionPeers(common, study, tolerance).compare(parallel), json);
      }
    } finally {
      if (temporary != null) {
        Folders.delete(temporary);
      }
    }
    return 0;
  }

  private Map<String, Object> measure(
      PlantedPool planted, Path folder, boolean inS, Parallel parallel) throws IOException {
    StageClock clock = new StageClock(common.progress());
    PathOptions path = new PathOptions(100, 0.01, 1e-4, tolerance, patience);
    long start = System.nanoTime();
    Study study = Study.open(folder);
    try (Workers workers = new Workers(common.threads(), clock);
        Interruption _ = new Interruption("whence bench regression --folder " + folder)) {
      planted.place(study, inS);
      FitSpec spec = FitSpec.DEFAULT.output(PlantedPool.OUTPUT).folds(Folds.DEFAULT.count(), false);
      Fit.run(study, spec.path(path), workers);
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("units", planted.units());
      result.put("runs", planted.runs());
      result.put("targets", planted.targets());
      result.put("threads", common.threads());
      result.put("counts", CountKernels.counts(Double.POSITIVE_INFINITY).name());
      result.put("stages", clock.stages());
      result.put("operationsPerSecond", operations(planted, inS, clock));
      result.put("seconds", seconds);
      result.put("peakGib", StageClock.peakGib());
      result.putAll(Recovery.of(planted, DatamodelStore.open(study.datamodels()), tolerance));
      return result;
    }
  }

  /** Multiply-adds a second of counting, each pair once, and of summing, and targets a second. */
  private static Map<String, Double> operations(
      PlantedPool planted, boolean counted, StageClock clock) {
    double d = planted.units();
    double m = planted.runs();
    double n = planted.targets();
    Map<String, Double> rates = new LinkedHashMap<>();
    if (!counted) {
      rates.put("counting", m * d * (d + 1) / 2 / clock.seconds("counting"));
    }
    rates.put("summing", m * d * n / clock.seconds("summing"));
    rates.put("fittingTargets", n / clock.seconds("fitting"));
    return rates;
  }

  private void print(Map<String, Object> result) {
    System.out.print(Json.text(result));
  }
}
