package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.ProgressBar;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.evaluate.Interval;
import dev.whence.pool.Pilot;
import dev.whence.report.Findings;
import dev.whence.report.PaperFigures;
import dev.whence.reproduce.AlphaRow;
import dev.whence.reproduce.FeatureFrequencies;
import dev.whence.reproduce.NeighbourPlane;
import dev.whence.reproduce.OutputNormality;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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

/** {@code whence reproduce}. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a figure or table of the papers, on bundled data or yours, by the commands that anybody"
          + " would use; without a name, lists what there is.",
      "Stopped, the same command goes on; figures of one folder share its study."
    },
    footer = {
      "",
      "Examples:",
      "  whence reproduce",
      "  whence reproduce figure-8",
      "  whence reproduce figure-8 --data cifar-10/ --learner cnn --paper --plan   # what it would take",
      "  whence reproduce figure-b1 --subsets 100000"
    })
final class ReproduceCommand implements Callable<Integer> {

  private static final List<Double> ALPHAS =
      List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95);

  /** The papers' models for a unit at α = 0.5: 300,000 for 50,000. */
  private static final int PAPER_MODELS = 6;

  private static final int PLANE = 150;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of a figure or table, such as figure-8.")
  private @Nullable String name;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the study and the figures [whence-reproduce].")
  private Path out = Path.of("whence-reproduce");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Data of a study that is made: bundled, or a path [bundled].")
  private String data = "bundled";

  @Option(
      names = "--learner",
      paramLabel = "NAME",
      description = "Learner of a study that is made [softmax].")
  private String learner = "softmax";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A hyperparameter of the learner; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--models",
      paramLabel = "N",
      description = "Size of the pool at alpha = 0.5; others in proportion [2 for a unit].")
  private @Nullable Long models;

  @Option(names = "--paper", description = "Pools of the paper's size: 6 models for a unit.")
  private boolean paper;

  @Option(
      names = "--targets",
      paramLabel = "K",
      description = "Targets that are asked about, of all classes alike [100].")
  private int targets = 100;

  @Option(
      names = "--subsets",
      paramLabel = "N",
      description = "Subsets for each alpha of figure-b1 [1000000].")
  private int subsets = FeatureFrequencies.Settings.PAPER.subsets();

  @Option(
      names = "--noise",
      paramLabel = "E",
      description =
          "Standard deviation of the labels' noise in figure-b1; the paper names none [0.1].")
  private double noise = FeatureFrequencies.Settings.PAPER.noise();

  @Option(
      names = "--plan",
      description = "Train a few models to say what all would take here, and do nothing else.")
  private boolean plan;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (name == null) {
      for (Reproduction one : Reproduction.values()) {
        System.out.printf("%-10s %s%n", one.label(), one.what());
      }
      return 0;
    }
    if (models != null && models < 1) {
      throw BadInputException.at("--models", "at least 1", models);
    }
    if (targets < 1) {
      throw BadInputException.at("--targets", "at least 1", targets);
    }
    if (subsets < 1000) {
      throw BadInputException.at("--subsets", "at least 1,000", subsets);
    }
    if (!(noise >= 0 && noise < 1e6)) {
      throw BadInputException.at("--noise", "a number of at least 0", noise);
    }
    Reproduction what = Reproduction.of(name);
    if (plan && !what.ofStudy()) {
      throw BadInputException.at("--plan", "a figure of a study", name);
    }
    return switch (what) {
      case FIGURE_B1 -> frequencies();
      case FIGURE_15 -> plane();
      case FIGURE_C1 -> normality();
      default -> plan ? plan(what) : run(what);
    };
  }

  private static int execute(List<String> args) {
    System.err.println("whence " + String.join(" ", args));
    return Main.commandLine().execute(args.toArray(String[]::new));
  }

  /** Makes a study that is not there yet; returns the exit code. */
  private int init(Path folder, String outputs, String repeats) {
    if (Files.exists(folder.resolve("study.json"))) {
      return 0;
    }
    List<String> args = new ArrayList<>(List.of("init", folder.toString(), "--data", data));
    args.addAll(List.of("--learner", learner, "--seed", "1", "--outputs", outputs));
    args.addAll(List.of("--repeats", repeats));
    settings.forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
    return execute(args);
  }

  private Reproduction.Setup setup(Path folder) throws IOException {
    Manifest manifest = Study.open(folder).manifest();
    long each = paper ? PAPER_MODELS : 2;
    return new Reproduction.Setup(
        folder.toString(),
        manifest.trained().learner().name(),
        manifest.units(),
        manifest.trained().design().alpha(),
        models == null ? each * manifest.units() : models,
        Math.min(targets, manifest.targets()));
  }

  private static List<Reproduction.Step> steps(Reproduction what, Reproduction.Setup setup) {
    List<Reproduction.Step> steps = new ArrayList<>(setup.base());
    steps.addAll(what.steps(setup));
    return steps;
  }

  private int run(Reproduction what) throws IOException {
    Path study = out.resolve("study");
    int code = init(study, "margin", "100x10");
    if (code != 0) {
      return code;
    }
    for (Reproduction.Step step : steps(what, setup(study))) {
      code = execute(step.args());
      if (code != 0) {
        return code;
      }
    }
    if (what == Reproduction.TABLE_D3) {
      table(Study.open(study));
    }
    return 0;
  }

  private static String text(@Nullable Double value, String format) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  private void table(Study study) throws IOException {
    List<AlphaRow> rows = AlphaRow.of(study, List.of("a10", "a20", "datamodels", "a75"));
    Json.write(out.resolve("table-d3.json"), rows);
    System.out.printf(
        "%n%6s %8s %9s %9s %-22s %-22s %s%n",
        "alpha",
        "models",
        "accuracy",
        "non-zero",
        "Pearson",
        "LDS",
        "changes: Pearson, Spearman, slope");
    for (AlphaRow row : rows) {
      Interval pearson = row.pearson();
      System.out.printf(
          Locale.ROOT,
          "%6s %,8d %9s %9.0f %-22s %-22s %s, %s, %s%n",
          row.alpha(),
          row.models(),
          text(row.accuracy() == null ? null : 100 * row.accuracy(), "%.1f%%"),
          row.nonZero(),
          Findings.text(pearson),
          Findings.text(row.lds()),
          text(row.changePearson(), "%.3f"),
          text(row.changeSpearman(), "%.3f"),
          text(row.changeSlope(), "%.2f"));
    }
  }

  /**
   * Makes the study in a folder for a while, tries a few models, and prints what all would take.
   */
  private int plan(Reproduction what) throws IOException {
    Path there = out.resolve("study");
    Path folder = there;
    boolean made = !Files.exists(there.resolve("study.json"));
    if (made) {
      folder = Files.createTempDirectory("whence-plan").resolve("study");
    }
    try {
      int code = init(folder, "margin", "100x10");
      if (code != 0) {
        return code;
      }
      Study study = Study.open(folder);
      Reproduction.Setup setup = setup(folder);
      Map<Double, Pilot> pilots = new LinkedHashMap<>();
      double seconds = 0;
      double bytes = 0;
      System.out.printf("%10s %6s %10s %10s  %s%n", "models", "alpha", "time", "disk", "command");
      for (Reproduction.Step step : steps(what, setup)) {
        String command =
            "whence " + String.join(" ", step.args()).replace(folder.toString(), there.toString());
        if (step.models() == 0) {
          System.out.printf("%10s %6s %10s %10s  %s%n", "", "", "", "", command);
          continue;
        }
        Pilot pilot = pilots.get(step.alpha());
        if (pilot == null) {
          try (Workers workers = common.workers()) {
            double part = Math.min(step.alpha(), 1 - 1.0 / setup.units());
            pilot = Pilot.measure(study, study.data(), part, workers, 5);
          }
          pilots.put(step.alpha(), pilot);
        }
        double time = step.models() * pilot.seconds() / pilot.threads();
        double disk = step.models() * (double) pilot.bytesPerRun();
        seconds += time;
        bytes += disk;
        System.out.printf(
            Locale.ROOT,
            "%,10d %6s %10s %7.1f MB  %s%n",
            step.models(),
            step.alpha(),
            ProgressBar.time(time),
            disk / (1 << 20),
            command);
      }
      System.out.printf(
          Locale.ROOT,
          "%n%,d units, %,d targets: %s of training on %d threads here, %.1f MB; fits are not counted%n",
          setup.units(),
          study.manifest().targets(),
          ProgressBar.time(seconds),
          common.threads(),
          bytes / (1 << 20));
      return 0;
    } finally {
      if (made) {
        delete(folder.getParent());
      }
    }
  }

  private static void delete(@Nullable Path folder) throws IOException {
    if (folder == null || !Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What was simulated at one α: a file of its own, so that a stopped simulation goes on. */
  private record Simulated(
      FeatureFrequencies.Settings settings, List<FeatureFrequencies.Point> points) {}

  private int frequencies() throws IOException {
    FeatureFrequencies.Settings paperSizes = FeatureFrequencies.Settings.PAPER;
    FeatureFrequencies.Settings asked =
        new FeatureFrequencies.Settings(
            paperSizes.features(), paperSizes.examples(), noise, subsets, paperSizes.seed());
    System.out.printf(
        Locale.ROOT,
        "%d features, %d examples, labels with noise %s, %,d subsets for each alpha of %s%n",
        asked.features(),
        asked.examples(),
        asked.noise(),
        asked.subsets(),
        ALPHAS);
    FeatureFrequencies simulation = new FeatureFrequencies(asked);
    List<FeatureFrequencies.Point> points = new ArrayList<>();
    Path folder = out.resolve("figure-b1");
    Files.createDirectories(folder);
    System.out.printf(
        "%6s  correlation at frequency %s%n", "alpha", FeatureFrequencies.FREQUENCIES);
    for (double alpha : ALPHAS) {
      Path file = folder.resolve("alpha-%s.json".formatted(alpha));
      Simulated known = Files.exists(file) ? Json.read(file, Simulated.class) : null;
      if (known == null || !known.settings.equals(asked)) {
        try (Workers workers = common.workers()) {
          known = new Simulated(asked, simulation.at(alpha, workers));
        }
        Json.write(file, known);
      }
      points.addAll(known.points);
      StringBuilder line = new StringBuilder("%6s ".formatted(alpha));
      known.points.forEach(
          p ->
              line.append(
                  String.format(Locale.ROOT, " %.3f ± %.3f", p.correlation(), 2 * p.error())));
      System.out.println(line);
    }
    PaperFigures.write(points, folder);
    System.out.println("figure: " + folder.resolve("figure-b1.svg"));
    return 0;
  }

  private int plane() throws IOException {
    Path folder = out.resolve("figure-15");
    Files.createDirectories(folder);
    List<String> names =
        PaperFigures.write(NeighbourPlane.random(PLANE, 0), List.of(0.05, 0.2, 0.6), folder);
    names.forEach(file -> System.out.println("figure: " + folder.resolve(file + ".svg")));
    return 0;
  }

  private int normality() throws IOException {
    Path study = out.resolve("one-subset");
    int code = init(study, "margin,correctness,confidence,cross_entropy,log_odds_margin", "1x200");
    if (code == 0) {
      code = execute(List.of("train", study.toString(), "--models", "1"));
    }
    if (code != 0) {
      return code;
    }
    System.out.printf(
        "%-18s %8s %10s %14s %s%n",
        "output", "models", "targets", "never varies", "p < 0.05 (normal: 5%)");
    for (OutputNormality one : OutputNormality.of(Study.open(study))) {
      System.out.printf(
          Locale.ROOT,
          "%-18s %8d %,10d %13.1f%% %13.1f%%%n",
          one.output(),
          one.models(),
          one.pValues().length,
          100 * one.saturated(),
          100 * one.rejected());
      PaperFigures.write(one, out.resolve("figure-c1"));
    }
    System.out.println("figures: " + out.resolve("figure-c1"));
    return 0;
  }
}
