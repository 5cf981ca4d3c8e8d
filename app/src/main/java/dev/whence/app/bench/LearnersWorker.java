package dev.whence.app.bench;

import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Whence side of {@link LearnersBench}, in a process of its own: arguments learner,
 * configuration, images, threads, seconds.
 */
final class LearnersWorker {

  private static final double WARM_UP_SECONDS = 6;

  private LearnersWorker() {}

  /** Prints {"models": models an hour}. */
  public static void main(String[] args) {
    int threads = Integer.parseInt(args[3]);
    Trainer trainer =
        LearnerFactory.of(args[0])
            .create((ObjectNode) Json.mapper().readTree(args[1]))
            .prepare(all(), List.of());
    int[] members = IntStream.range(0, Integer.parseInt(args[2])).toArray();
    try (Parallel parallel = new Parallel(threads)) {
      rate(trainer, members, parallel, WARM_UP_SECONDS);
      double rate = rate(trainer, members, parallel, Double.parseDouble(args[4]));
      System.out.print(Json.text(Map.of("models", rate)));
    }
    System.exit(0);
  }

  /** Returns the 2,000 training and 500 test images as one dataset. */
  private static Dataset all() {
    Split split = DatasetReader.bundled();
    Dataset test = Objects.requireNonNull(split.test());
    float[] a = split.train().features().values();
    float[] b = test.features().values();
    float[] values = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, values, a.length, b.length);
    Labels.Classes train = (Labels.Classes) split.train().labels();
    Labels.Classes more = (Labels.Classes) test.labels();
    int[] labels =
        IntStream.concat(IntStream.of(train.values()), IntStream.of(more.values())).toArray();
    return new Dataset(
        new Features(labels.length, split.train().features().shape(), values, true),
        new Labels.Classes(labels, train.names()));
  }

  private static double rate(Trainer trainer, int[] members, Parallel parallel, double seconds) {
    AtomicLong models = new AtomicLong();
    long start = System.nanoTime();
    parallel.forEach(
        parallel.threads(),
        thread -> {
          do {
            trainer.run(members, new Key(0, Purpose.TRAINING, models.getAndIncrement()));
          } while (System.nanoTime() - start < seconds * 1e9);
        });
    return models.get() / ((System.nanoTime() - start) / 3.6e12);
  }
}
