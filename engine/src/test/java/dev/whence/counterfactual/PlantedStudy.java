package dev.whence.counterfactual;

import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.HandedOver;
import dev.whence.pool.Executor;
import dev.whence.pool.Pool;
import dev.whence.pool.StudyConfig;
import dev.whence.pool.ThreadExecutor;
import dev.whence.regress.Fit;
import dev.whence.regress.FitSpec;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * A study whose truth is known: the margin of target t is response(b_t + Σ θ_ti over the subset's
 * examples i), of examples of class 0; an example of class 1 counts with the other sign. Noise of
 * training is added.
 *
 * @param effects θ, [n][d]
 * @param bias b, [n]
 */
record PlantedStudy(
    Study study, double[][] effects, double[] bias, DoubleUnaryOperator response, double noise) {

  /** Subsets of random size: those of exact size do not show the mean effect of units. */
  private static final StudyConfig BERNOULLI =
      new StudyConfig(
          null,
          null,
          null,
          null,
          null,
          new StudyConfig.DesignConfig("bernoulli", 0.5, null),
          null,
          null,
          null,
          null);

  static PlantedStudy make(
      Path folder, int d, int n, double noise, DoubleUnaryOperator response, int models, long seed)
      throws IOException {
    Random random = new Random(seed);
    double[][] effects = new double[n][d];
    double[] bias = new double[n];
    float[] x = new float[d * n];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < d; i++) {
        boolean strong = random.nextInt(5) == 0;
        effects[t][i] = i == d - 1 ? 0 : random.nextGaussian() * (strong ? 0.3 : 0.02);
      }
      for (int i = 0; i < d; i++) {
        x[i * n + t] = (float) effects[t][i];
      }
      double sum = 0;
      for (int i = 0; i < d; i++) {
        sum += effects[t][i];
      }
      bias[t] = 0.5 + random.nextDouble() - sum; // right on the whole of S
    }
    float[] own = new float[n * n];
    for (int t = 0; t < n; t++) {
      own[t * n + t] = 1;
    }
    List<String> classes = List.of("yes", "no");
    int[] labels = new int[d];
    labels[d - 1] = 1; // without effect, so that there are two classes
    int[] shape = {n};
    Split split =
        new Split(
            new Dataset(new Features(d, shape, x, false), new Labels.Classes(labels, classes)),
            new Dataset(
                new Features(n, shape, own, false), new Labels.Classes(new int[n], classes)));
    HandedOver learner =
        HandedOver.of(
            "planted-" + seed,
            (subset, targets, key) -> {
              float[][] logits = new float[targets.size()][];
              for (int s = 0; s < logits.length; s++) {
                logits[s] = logits(subset, targets.get(s), bias, noise, response, key);
              }
              return logits;
            });
    Study study =
        StudyConfig.DEFAULT
            .learner(learner)
            .outputs("margin")
            .repeats(40, 4)
            .with(BERNOULLI)
            .openOrCreate(folder, split);
    PlantedStudy planted = new PlantedStudy(study, effects, bias, response, noise);
    try (Workers workers = Workers.threads(2)) {
      Pool.of(study).train(models, workers);
      Fit.run(study, FitSpec.DEFAULT, workers);
    }
    return planted;
  }

  private static float[] logits(
      Dataset subset,
      Features targets,
      double[] bias,
      double noise,
      DoubleUnaryOperator response,
      Key key) {
    int n = targets.size();
    int[] labels = ((Labels.Classes) subset.labels()).values();
    double[] sums = bias.clone();
    float[] x = subset.features().values();
    for (int i = 0; i < subset.rows(); i++) {
      for (int t = 0; t < n; t++) {
        sums[t] += (labels[i] == 0 ? 1 : -1) * x[i * n + t];
      }
    }
    Random random = new Random(key.random().nextLong());
    float[] logits = new float[targets.rows() * 2];
    for (int row = 0; row < targets.rows(); row++) {
      int at = row;
      int t =
          IntStream.range(0, n)
              .filter(f -> targets.values()[at * n + f] == 1)
              .findFirst()
              .orElse(0);
      logits[2 * row] = (float) (response.applyAsDouble(sums[t]) + noise * random.nextGaussian());
    }
    return logits;
  }

  /** Returns the true change of a target's mean output without units. */
  double change(int target, int[] removed) {
    return mean(target, removed) - mean(target, new int[0]);
  }

  double mean(int target, int[] removed) {
    double sum = bias[target];
    for (double effect : effects[target]) {
      sum += effect;
    }
    for (int j : removed) {
      sum -= effects[target][j];
    }
    return response.applyAsDouble(sum);
  }

  NamedScores datamodels() throws IOException {
    return NamedScores.open(study, NamedScores.DATAMODELS);
  }

  /** Work with an executor. */
  interface Work<T> {
    T with(Executor executor, Progress progress) throws IOException;
  }

  static <T> T run(Work<T> work) throws IOException {
    try (Workers workers = Workers.threads(2);
        Executor executor = new ThreadExecutor(workers)) {
      return work.with(executor, Progress.NONE);
    }
  }
}
