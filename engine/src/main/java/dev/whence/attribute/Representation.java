package dev.whence.attribute;

import dev.whence.base.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import java.io.IOException;
import java.util.List;

/**
 * Similarity of representations, the inputs of the last layer (Ilyas et al. 2022, App. F.2):
 * averaged over models by rank, since lengths differ from model to model.
 *
 * @param models number of models
 * @param from pool or whole: which models
 * @param metric l2, cosine or dot
 * @param signed whether examples of other classes count against the target
 */
public record Representation(
    @Setting(value = "models to average over", range = "1 to 1000") int models,
    @Setting(value = "pool or whole: which models") String from,
    @Setting(value = "l2, cosine or dot") String metric,
    @Setting(value = "whether examples of other classes count against the target") boolean signed)
    implements Attributor {

  public Representation {
    Hyperparameters checked = new Hyperparameters("method representation");
    checked.range("models", models, 1, 1000, "1 to 1000");
    checked.choice("from", from, List.of("pool", "whole"));
    Similarity.of("method representation", metric);
  }

  /** The defaults. */
  public Representation() {
    this(10, "whole", "l2", true);
  }

  @Override
  public String name() {
    return "representation";
  }

  @Override
  public String description() {
    return "similarity of representations, averaged over models by rank (Ilyas et al. 2022, F.2)";
  }

  @Override
  public boolean inOutputUnits() {
    return false;
  }

  @Override
  public Needs needs(AttributionTask task) {
    return new Needs(models, 2L * Float.BYTES * task.train().features().values().length);
  }

  @Override
  public Scoring prepare(AttributionTask task) throws IOException {
    if (signed) {
      AttributionTask.classes(task.train(), name()); // refused before anything is written
    }
    List<float[]> states = task.lastStates(AttributionTask.Source.of(from), models);
    Similarity similarity = Similarity.of("method representation", metric);
    Dataset train = task.train();
    if (task.embeddings(states.getFirst(), train.select(new int[] {0})).length == 0) {
      throw BadInputException.at("method representation", "a learner with representations", "none");
    }
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        float[][] mean = new float[targets.rows()][train.rows()];
        for (float[] state : states) {
          float[] x = task.embeddings(state, train);
          float[] own = task.embeddings(state, targets);
          int width = x.length / train.rows();
          float[][] near = similarity.between(own, x, width, task.workers().parallel());
          task.workers().parallel().forEach(mean.length, t -> addRanks(near[t], mean[t]));
        }
        if (signed) {
          Similarity.sign(mean, targets, train, name());
        }
        return mean;
      }

      /** Adds the rank of each example, 0 for the farthest and 1 for the nearest. */
      private void addRanks(float[] near, float[] sum) {
        int[] order = Baselines.order(near);
        for (int r = 0; r < order.length; r++) {
          sum[order[r]] += (1 - (float) r / order.length) / states.size();
        }
      }

      @Override
      public long bytes() {
        return states.stream().mapToLong(s -> (long) Float.BYTES * s.length).sum();
      }
    };
  }
}
