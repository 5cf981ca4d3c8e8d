package dev.whence.learn.classical;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.design.Mask;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Setting;
import dev.whence.learn.Standardizer;
import dev.whence.learn.Trainer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * k nearest neighbours on standardised features, Euclidean distance, ties to the lower index.
 *
 * <p>A class's logit is the logarithm of its share of the neighbours' votes and of one more vote,
 * which is spread evenly over the classes; real labels are averaged. The examples of S are sorted
 * by their distance from each target once, which takes 4·d bytes a target for d examples, so that a
 * run only has to find the first k of them that are in its subset.
 */
public final class NearestNeighbours extends ConfiguredLearner<NearestNeighbours.Config> {

  private static final int DEFAULT_K = 5;

  private NearestNeighbours(Config config) {
    super("knn", config);
  }

  /**
   * Hyperparameters.
   *
   * @param k number of neighbours that vote [5]; all members of a subset that has fewer than k
   */
  public record Config(
      @Setting(
              value = "neighbours that vote; all, where the subset has fewer",
              range = "at least 1")
          int k) {
    public Config {
      if (k < 1) {
        throw BadInputException.at("learner knn, k", "at least 1", k);
      }
    }
  }

  /** Makes learners of k nearest neighbours. */
  public static final class Factory implements LearnerFactory {
    @Override
    public String name() {
      return "knn";
    }

    @Override
    public String description() {
      return "k nearest neighbours on standardised features";
    }

    @Override
    public Class<? extends Record> settings() {
      return Config.class;
    }

    @Override
    public Learner create(ObjectNode config) {
      return new NearestNeighbours(read(config, new Config(DEFAULT_K)));
    }
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    Standardizer standardizer = Standardizer.of(train.features());
    float[] x = standardizer.apply(train.features());
    int size = train.features().size();
    List<int[][]> orders =
        targets.stream()
            .map(
                set -> {
                  float[] z = standardizer.apply(set);
                  return IntStream.range(0, set.rows())
                      .parallel()
                      .mapToObj(i -> order(z, i * size, x, size))
                      .toArray(int[][]::new);
                })
            .toList();
    return new NeighbourTrainer(train.labels(), orders, config.k());
  }

  /**
   * Returns the indices of the examples of S, by their distance from the example whose features
   * begin at {@code z[from]}.
   */
  private static int[] order(float[] z, int from, float[] x, int size) {
    double[] distances = new double[x.length / size];
    for (int i = 0; i < distances.length; i++) {
      double sum = 0;
      for (int f = 0; f < size; f++) {
        double difference = z[from + f] - x[i * size + f];
        sum += difference * difference;
      }
      distances[i] = sum;
    }
    return IntStream.range(0, distances.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> distances[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Trains runs.
   *
   * @param orders for each set of targets the examples of S by their distance from each target,
   *     [rows, d]
   */
  private record NeighbourTrainer(Labels labels, List<int[][]> orders, int k) implements Trainer {

    @Override
    public int outputs() {
      return labels.outputs();
    }

    @Override
    public float[][] run(int[] members, Relabelling changed, Key key) {
      if (!changed.isEmpty()) {
        return new NeighbourTrainer(changed.apply(labels), orders, k).run(members, key);
      }
      Mask in = Mask.of(labels.rows(), members);
      int most = Math.min(k, members.length);
      return orders.stream().map(set -> outputs(set, in, most)).toArray(float[][]::new);
    }

    private float[] outputs(int[][] set, Mask in, int most) {
      float[] outputs = new float[Math.multiplyExact(set.length, outputs())];
      for (int t = 0; t < set.length; t++) {
        int found = 0;
        int[] nearest = new int[most];
        for (int at = 0; found < most; at++) {
          if (in.holds(set[t][at])) {
            nearest[found++] = set[t][at];
          }
        }
        vote(nearest, outputs, t * outputs());
      }
      return outputs;
    }

    private void vote(int[] nearest, float[] outputs, int at) {
      switch (labels) {
        case Labels.Classes classes -> {
          int count = classes.count();
          double[] votes = new double[count];
          for (int i : nearest) {
            votes[classes.values()[i]]++;
          }
          for (int c = 0; c < count; c++) {
            double share = (votes[c] + 1.0 / count) / (nearest.length + 1);
            outputs[at + c] = (float) StrictMath.log(share);
          }
        }
        case Labels.Reals reals -> {
          double sum = 0;
          for (int i : nearest) {
            sum += reals.values()[i];
          }
          outputs[at] = nearest.length == 0 ? 0 : (float) (sum / nearest.length);
        }
      }
    }
  }
}
