package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.ProgressBar;
import dev.whence.app.terminal.StageClock;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.data.Split;
import dev.whence.pool.Pilot;
import dev.whence.pool.Plan;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence plan}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says how long pools of a study will take, how large they will be and what they will cost, by training a few models here.",
      "Changes nothing in the study. Other cores are taken to be as fast as these."
    },
    footer = {
      "",
      "Examples:",
      "  whence plan S",
      "  whence plan S --models 20000,100000 --alpha 0.2,0.5 --cores 2,64 --price 0.04"
    })
final class PlanCommand implements Callable<Integer> {

  private static final double MEBI = 1 << 20;

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "N",
      description = "Sizes of pools [1000,10000,100000].")
  private List<Long> models = List.of(1000L, 10_000L, 100_000L);

  @Option(
      names = "--alpha",
      split = ",",
      paramLabel = "F",
      description = "Parts of the units that subsets hold [the study's].")
  private @Nullable List<Double> alphas;

  @Option(
      names = "--cores",
      split = ",",
      paramLabel = "K",
      description = "Numbers of cores, or GPUs, each training a model at a time [--threads].")
  private @Nullable List<Integer> cores;

  @Option(
      names = "--price",
      paramLabel = "P",
      description = "Price of an hour of one of them [none].")
  private @Nullable Double price;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds to train for at each alpha; one round of models at least [20].")
  private double seconds = 20;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    check();
    Study open = Study.open(study);
    Manifest.DesignSpec design = open.manifest().trained().design();
    Split data = open.data();
    List<Pilot> pilots = new ArrayList<>();
    try (Workers workers = common.workers()) {
      for (double alpha : alphas == null ? List.of(design.alpha()) : alphas) {
        pilots.add(Pilot.measure(open, data, alpha, workers, seconds));
      }
    }
    if (json) {
      System.out.print(Json.text(Map.of("pilots", pilots, "plans", plans(pilots))));
    } else {
      print(open.manifest(), pilots);
    }
    return 0;
  }

  private void check() {
    if (models.stream().anyMatch(m -> m < 1)) {
      throw BadInputException.at("--models", "numbers of at least 1", models);
    }
    if (cores != null && cores.stream().anyMatch(k -> k < 1)) {
      throw BadInputException.at("--cores", "numbers of at least 1", cores);
    }
    if (price != null && !(price >= 0 && price < 1e9)) {
      throw BadInputException.at("--price", "a number of at least 0", price);
    }
    if (!(seconds > 0 && seconds < 1e6)) {
      throw BadInputException.at("--seconds", "a number above 0", seconds);
    }
  }

  private List<Plan> plans(Pilot pilot) {
    List<Plan> plans = new ArrayList<>();
    for (long m : models) {
      for (int k : cores == null ? List.of(common.threads()) : cores) {
        plans.add(Plan.of(m, k, pilot.seconds(), pilot.bytesPerRun(), price == null ? 0 : price));
      }
    }
    return plans;
  }

  private List<Map<String, Object>> plans(List<Pilot> pilots) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Pilot pilot : pilots) {
      for (Plan plan : plans(pilot)) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("alpha", pilot.alpha());
        row.put("plan", plan);
        all.add(row);
      }
    }
    return all;
  }

  private void print(Manifest manifest, List<Pilot> pilots) {
    System.out.printf(
        Locale.ROOT,
        "learner %s, %,d units, %,d targets; peak memory %.1f GiB%n",
        manifest.trained().learner().name(),
        manifest.units(),
        manifest.targets(),
        StageClock.peakGib());
    for (Pilot pilot : pilots) {
      System.out.printf(
          Locale.ROOT,
          "alpha %s: a model takes a thread %.3g s%s (%,d models on %d threads) and %,d bytes%n",
          pilot.alpha(),
          pilot.seconds(),
          pilot.low() < pilot.high()
              ? String.format(Locale.ROOT, " [%.3g, %.3g]", pilot.low(), pilot.high())
              : ", too few for an interval",
          pilot.models(),
          pilot.threads(),
          pilot.bytesPerRun());
    }
    System.out.printf(
        "%n%10s %6s %6s %10s %10s %12s", "models", "alpha", "cores", "time", "disk", "core-hours");
    System.out.println(price == null ? "" : "%12s".formatted("cost"));
    for (Pilot pilot : pilots) {
      for (Plan plan : plans(pilot)) {
        System.out.printf(
            Locale.ROOT,
            "%,10d %6s %6d %10s %7.1f MB %12.2f%s%n",
            plan.models(),
            pilot.alpha(),
            plan.workers(),
            time(plan.hours()),
            plan.bytes() / MEBI,
            plan.workerHours(),
            price == null ? "" : String.format(Locale.ROOT, "%12.2f", plan.cost()));
      }
    }
  }

  private static String time(double hours) {
    return ProgressBar.time(hours * 3600);
  }
}
