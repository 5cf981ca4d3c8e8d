package dev.whence.attribute;

import dev.whence.base.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.learn.Standardizer;
import java.io.IOException;
import java.util.List;

/**
 * Shapley values of a nearest-neighbour classifier (Jia et al. 2019, Theorem 1), also for more
 * neighbours than examples. The worth of a set is the share of the label among its K nearest, over
 * K: of fewer examples than K, those missing count as wrong.
 *
 * @param neighbours K
 * @param features pixels, or representation: of a model of the whole of S
 */
public record KnnShapley(
    @Setting(value = "neighbours, K", range = "at least 1") int neighbours,
    @Setting("pixels or representation") String features)
    implements Attributor {

  public KnnShapley {
    Hyperparameters checked = new Hyperparameters("method knn-shapley");
    checked.range("neighbours", neighbours, 1, 1e9, "at least 1");
    checked.choice("features", features, List.of("pixels", "representation"));
  }

  /** The defaults. */
  public KnnShapley() {
    this(5, "pixels");
  }

  @Override
  public String name() {
    return "knn-shapley";
  }

  @Override
  public String description() {
    return "Shapley values of a K-nearest-neighbour classifier, exact (Jia et al. 2019)";
  }

  @Override
  public boolean inOutputUnits() {
    return false;
  }

  @Override
  public Needs needs(AttributionTask task) {
    int models = features.equals("pixels") ? 0 : 1;
    return new Needs(models, 2L * Float.BYTES * task.train().features().values().length);
  }

  @Override
  public Scoring prepare(AttributionTask task) throws IOException {
    Dataset train = task.train();
    int[] classes = AttributionTask.classes(train, name());
    float[] state =
        features.equals("pixels")
            ? new float[0]
            : task.lastStates(AttributionTask.Source.WHOLE, 1).getFirst();
    Standardizer standardizer = Standardizer.of(train.features());
    float[] x = values(task, state, standardizer, train);
    if (x.length == 0) {
      throw BadInputException.at("method knn-shapley", "features", "none");
    }
    int width = x.length / train.rows();
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        float[] own = values(task, state, standardizer, targets);
        int[] labels = AttributionTask.classes(targets, name());
        float[][] near = Similarity.L2.between(own, x, width, task.workers().parallel());
        task.workers()
            .parallel()
            .forEach(
                near.length,
                t -> {
                  int[] order = Baselines.order(near[t]);
                  boolean[] match = new boolean[order.length];
                  for (int i = 0; i < match.length; i++) {
                    match[i] = classes[order[i]] == labels[t];
                  }
                  double[] values = shapley(match, neighbours);
                  for (int i = 0; i < match.length; i++) {
                    near[t][order[i]] = (float) values[i];
                  }
                });
        return near;
      }

      @Override
      public long bytes() {
        return (long) Float.BYTES * x.length;
      }
    };
  }

  private static float[] values(
      AttributionTask task, float[] state, Standardizer standardizer, Dataset set)
      throws IOException {
    return state.length == 0 ? standardizer.apply(set.features()) : task.embeddings(state, set);
  }

  /**
   * Returns the Shapley value of each example.
   *
   * @param match whether the example has the target's label, nearest first
   */
  static double[] shapley(boolean[] match, int neighbours) {
    int n = match.length;
    double[] values = new double[n];
    for (int i = n; i >= 1; i--) {
      double own = match[i - 1] ? 1 : 0;
      double next = i < n && match[i] ? 1 : 0;
      double change = (i == n ? own : own - next) / neighbours * Math.min(neighbours, i) / i;
      values[i - 1] = (i < n ? values[i] : 0) + change;
    }
    return values;
  }
}
