package dev.whence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.AtomicFile;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Metadata;
import dev.whence.data.Split;
import dev.whence.pool.Digest;
import dev.whence.pool.Pool;
import dev.whence.pool.StudyConfig;
import dev.whence.pool.ThreadExecutor;
import dev.whence.regress.Fit;
import dev.whence.regress.FitOptions;
import dev.whence.regress.FitSpec;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Crash;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Random histories of a study: trained, extended, fitted with one set of options and another, the
 * program dying at any change of a file. What a fit that ends leaves is what it leaves on a study
 * that nothing disturbed, bit for bit.
 *
 * <p>Each seed is a history; -Dwhence.histories=500 for more, -Dwhence.seed=N for the first.
 */
class HistoryTest {

  private static final int HISTORIES = Integer.getInteger("whence.histories", 25);
  private static final long FIRST = Long.getLong("whence.seed", 1);
  private static final int STEPS = 7;
  private static final int CHUNK = 8;

  @TempDir Path folder;

  /** What undisturbed studies hold, by how many runs they have and what they are fitted with. */
  private final Map<String, Map<String, String>> undisturbed = new TreeMap<>();

  private Path create(String name) throws IOException {
    Path study = folder.resolve(name);
    Random random = new Random(1);
    float[] x = new float[28 * 3];
    int[] y = new int[28];
    for (int i = 0; i < 28; i++) {
      for (int j = 0; j < 3; j++) {
        x[3 * i + j] = (float) random.nextGaussian();
      }
      y[i] = x[3 * i] + random.nextGaussian() > 0 ? 1 : 0;
    }
    Dataset all =
        new Dataset(
            new Features(28, new int[] {3}, x, false),
            new Labels.Classes(y, List.of("a", "b")),
            Metadata.NONE);
    Split data =
        new Split(
            all.select(IntStream.range(0, 20).toArray()),
            all.select(IntStream.range(20, 28).toArray()));
    Path template = folder.resolve("template");
    if (!Files.exists(template)) {
      new StudyConfig(
              null,
              null,
              null,
              4L,
              new StudyConfig.Learner(
                  "softmax",
                  JsonNodeFactory.instance.objectNode().put("epochs", 1).put("batch", 8)),
              null,
              List.of("margin"),
              true,
              new Manifest.Repeats(0, 1),
              CHUNK)
          .create(template, "test", data);
    }
    Study.create(study, Study.open(template).manifest(), data);
    return study;
  }

  /** What is done with a study next. */
  private sealed interface Step {
    record Train(int runs) implements Step {}

    record Fitted(int options) implements Step {}
  }

  private static FitOptions options(int which, int runs) {
    PathOptions path = new PathOptions(8, 0.05, 1e-3, 1e-8, 0);
    return switch (which) {
      case 0 -> new FitOptions("lasso", "margin", runs, new Folds(4, false), path);
      case 1 -> new FitOptions("lasso", "margin", runs, new Folds(3, true), path);
      case 2 -> new FitOptions("ridge", "margin", runs, new Folds(4, false), path);
      default -> new FitOptions("difference-of-means", "margin", runs, new Folds(4, false), path);
    };
  }

  private static void run(Path study, Step step) throws IOException {
    Study open = Study.open(study);
    try (Workers workers = Workers.threads(1)) {
      switch (step) {
        case Step.Train train -> {
          try (ThreadExecutor executor = new ThreadExecutor(workers)) {
            Pool.of(open).train(train.runs(), executor, Progress.NONE, "test");
          }
        }
        case Step.Fitted fit ->
            Fit.run(open, FitSpec.of(options(fit.options(), 1_000_000)).models(null), workers);
      }
    }
  }

  private static int doneRuns(Path study) throws IOException {
    return RunStore.exists(study.resolve("pool"))
        ? RunStore.open(study.resolve("pool"), List.of()).doneRuns()
        : 0;
  }

  /** Returns the datamodels and sums of an undisturbed study of {@code runs} runs. */
  private Map<String, String> expected(int runs, int options) throws IOException {
    String name = "undisturbed-%d-%d".formatted(runs, options);
    if (!undisturbed.containsKey(name)) {
      Path study = create(name);
      run(study, new Step.Train(runs));
      run(study, new Step.Fitted(options));
      undisturbed.put(name, fitted(study));
      AtomicFile.deleteFolder(study);
    }
    return undisturbed.get(name);
  }

  private static Map<String, String> fitted(Path study) throws IOException {
    return Digest.of(study).entrySet().stream()
        .filter(e -> e.getKey().startsWith("datamodels/"))
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  @Test
  void noHistoryChangesABit() throws IOException {
    int crashes = 0;
    int fits = 0;
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      Random random = new Random(seed);
      Path study = create("history-" + seed);
      int asked = 0;
      for (int i = 0; i < STEPS; i++) {
        boolean train = asked == 0 || random.nextInt(5) < 2;
        asked += train ? 12 + random.nextInt(20) : 0;
        Step step = train ? new Step.Train(asked) : new Step.Fitted(random.nextInt(4));
        boolean disturbed = random.nextInt(3) > 0;
        try (Crash _ = Crash.after(disturbed ? random.nextInt(60) : Long.MAX_VALUE)) {
          run(study, step);
        } catch (Crash e) {
          crashes++;
          continue;
        } catch (dev.whence.base.BadInputException e) {
          assertThat(doneRuns(study)).as("seed %d: %s", seed, e.getMessage()).isLessThan(12);
          continue;
        }
        if (step instanceof Step.Fitted(int options)) {
          fits++;
          assertThat(fitted(study))
              .as("seed %d, step %d", seed, i)
              .isEqualTo(expected(doneRuns(study), options));
        }
      }
      AtomicFile.deleteFolder(study);
    }
    assertThat(crashes).isPositive();
    assertThat(fits).isPositive();
    System.out.printf(
        "%d histories from seed %d: %d crashes, %d fits compared%n",
        HISTORIES, FIRST, crashes, fits);
  }
}
