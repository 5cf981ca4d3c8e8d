package dev.whence.attribute;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.learn.Setting;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** What every method must be better than. */
public final class Baselines {

  private Baselines() {}

  /** Scores from data alone, which are known as soon as they are asked for. */
  private interface FromData extends Attributor.Scoring {
    @Override
    default long bytes() {
      return 0;
    }
  }

  /**
   * Random scores.
   *
   * @param seed of the random numbers
   */
  public record Random(@Setting("of the random numbers") int seed) implements Attributor {
    public Random() {
      this(0);
    }

    @Override
    public String name() {
      return "random";
    }

    @Override
    public String description() {
      return "random scores: what chance does";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return new Needs(0, 0);
    }

    @Override
    public Scoring prepare(AttributionTask task) {
      int rows = task.train().rows();
      FromData scoring =
          (targets, first) -> {
            float[][] scores = new float[targets.rows()][rows];
            for (int t = 0; t < scores.length; t++) {
              UniformRandomProvider random =
                  new Key(seed, Purpose.ORDER, -1L - (first + t)).random();
              for (int i = 0; i < rows; i++) {
                scores[t][i] = random.nextFloat() - 0.5f;
              }
            }
            return scores;
          };
      return scoring;
    }
  }

  /** 1 for examples of the target's class. */
  public record SameClass() implements Attributor {

    @Override
    public String name() {
      return "same-class";
    }

    @Override
    public String description() {
      return "1 for examples of the target's class, 0 for others";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return new Needs(0, 0);
    }

    @Override
    public Scoring prepare(AttributionTask task) {
      int[] classes = AttributionTask.classes(task.train(), name());
      FromData scoring =
          (targets, _) -> {
            int[] own = AttributionTask.classes(targets, name());
            float[][] scores = new float[own.length][classes.length];
            for (int t = 0; t < own.length; t++) {
              for (int i = 0; i < classes.length; i++) {
                scores[t][i] = classes[i] == own[t] ? 1 : 0;
              }
            }
            return scores;
          };
      return scoring;
    }
  }

  /**
   * Similarity of features as they are.
   *
   * @param metric l2, cosine or dot
   * @param signed whether examples of other classes count against the target
   */
  public record Pixels(
      @Setting(value = "l2, cosine or dot") String metric,
      @Setting(value = "whether examples of other classes count against the target") boolean signed)
      implements Attributor {

    public Pixels {
      Similarity.of("method pixels", metric);
    }

    public Pixels() {
      this("cosine", true);
    }

    @Override
    public String name() {
      return "pixels";
    }

    @Override
    public String description() {
      return "similarity of the features as they are, standardised";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return new Needs(0, 2L * Float.BYTES * task.train().features().values().length);
    }

    @Override
    public Scoring prepare(AttributionTask task) {
      Dataset train = task.train();
      if (signed) {
        AttributionTask.classes(train, name()); // refused before anything is written
      }
      Similarity similarity = Similarity.of("method pixels", metric);
      dev.whence.learn.Standardizer standardizer =
          dev.whence.learn.Standardizer.of(train.features());
      float[] x = standardizer.apply(train.features());
      int width = train.features().size();
      FromData scoring =
          (targets, _) -> {
            float[] own = standardizer.apply(targets.features());
            float[][] scores = similarity.between(own, x, width, task.workers().parallel());
            if (signed) {
              Similarity.sign(scores, targets, train, name());
            }
            return scores;
          };
      return scoring;
    }
  }

  static int[] order(float[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> scores[a] == scores[b] ? a - b : Float.compare(scores[b], scores[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
