package dev.whence.app.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.evaluate.Interval;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.pool.StudyConfig;
import dev.whence.pool.Targets;
import dev.whence.pool.ThreadExecutor;
import dev.whence.store.Study;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whence bench interventions}: retraining without sets against training alone. */
@Command(
    name = "interventions",
    mixinStandardHelpOptions = true,
    description = {
      "What it costs to find models by content, to record outputs for all targets and to write the ledger: the same models trained"
          + " alone, and as interventions of a study, in pairs by turns. The overhead is the ratio of times less 1."
    },
    footer = {
      "",
      "Examples:",
      "  whence bench interventions",
      "  whence bench interventions --learner mlp --models 200 --pairs 8"
    })
final class InterventionsBench implements Callable<Integer> {

  private static final int REMOVED = 40;
  private static final int EACH = 20;

  @Option(names = "--learner", paramLabel = "NAME", description = "Learner [softmax].")
  private String learner = "softmax";

  @Option(names = "--models", paramLabel = "N", description = "Models of a round [800].")
  private int models = 800;

  @Option(names = "--pairs", paramLabel = "N", description = "Pairs of rounds [8].")
  private int pairs = 8;

  @Mixin private Common common = new Common();

  /** Seconds of a round, and the part of the cores' time that it used. */
  private record Round(double seconds, double busy) {}

  /** Work that may fail. */
  private interface Work {
    void run() throws IOException;
  }

  private Round measure(Work work) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    work.run();
    double nanos = System.nanoTime() - start;
    return new Round(nanos / 1e9, (system.getProcessCpuTime() - cpu) / nanos / common.threads());
  }

  @Override
  public Integer call() throws IOException {
    if (models < EACH || pairs < 2) {
      throw BadInputException.at("--models, --pairs", "at least 20 and 2", models + ", " + pairs);
    }
    Path folder = Files.createTempDirectory("whence-bench");
    try (Workers workers = common.workers()) {
      Path place = folder.resolve("study");
      StudyConfig.DEFAULT.learner(learner).outputs("margin").create(place);
      Study study = Study.open(place);
      Dataset train = study.data().train();
      List<Features> targets =
          Targets.sets(study.data(), false).stream().map(Dataset::features).toList();
      double[] ratios = new double[pairs];
      double[] busy = new double[pairs];
      double[] bare = new double[pairs];
      try (ThreadExecutor executor = new ThreadExecutor(workers);
          Trainer trainer =
              LearnerFactory.of(learner)
                  .create(study.manifest().trained().learner().config())
                  .prepare(train, targets)) {
        Interventions interventions = Interventions.of(study);
        for (int p = -1; p < pairs; p++) { // the first pair compiles
          List<Interventions.Wanted> wanted = wanted(train.rows(), p);
          Round alone = measure(() -> train(trainer, wanted, train.rows(), workers));
          Round whole =
              measure(
                  () -> interventions.train(wanted, executor, workers.progress(), "whence bench"));
          if (p >= 0) {
            ratios[p] = whole.seconds / alone.seconds;
            busy[p] = whole.busy;
            bare[p] = alone.seconds;
          }
          common.remark("pair %d: %.3f s alone, %.3f s whole", p + 1, alone.seconds, whole.seconds);
        }
      }
      Interval ratio = Interval.ofMean(ratios);
      System.out.printf(
          Locale.ROOT,
          "%s, %,d models a round, %d threads: overhead %.1f%% [%.1f, %.1f]; cores busy %.0f%%; %.2f s alone%n",
          learner,
          models / EACH * EACH,
          common.threads(),
          100 * (ratio.value() - 1),
          100 * (ratio.low() - 1),
          100 * (ratio.high() - 1),
          100 * Interval.ofMean(busy).value(),
          Interval.ofMean(bare).value());
      return 0;
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private List<Interventions.Wanted> wanted(int units, int round) {
    Random random = new Random(round);
    List<Interventions.Wanted> wanted = new ArrayList<>();
    for (int s = 0; s < models / EACH; s++) {
      int[] removed = random.ints(REMOVED, 0, units).distinct().toArray();
      wanted.add(new Interventions.Wanted(Intervention.remove(removed), EACH));
    }
    return wanted;
  }

  /** Trains the models and keeps nothing of them. */
  private static void train(
      Trainer trainer, List<Interventions.Wanted> wanted, int units, Workers workers) {
    workers
        .parallel()
        .forEach(
            wanted.size() * EACH,
            i -> {
              int[] removed = wanted.get(i / EACH).change().removed();
              int[] members =
                  IntStream.range(0, units)
                      .filter(j -> Arrays.binarySearch(removed, j) < 0)
                      .toArray();
              trainer.run(members, new Key(1, Purpose.INTERVENTION, i));
            });
  }
}
