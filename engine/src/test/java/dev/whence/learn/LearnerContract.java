package dev.whence.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What every learner must do with every kind of subset, of classes and of real labels. */
public final class LearnerContract {

  private static final int EXAMPLES = 40;

  private LearnerContract() {}

  private static Features features(boolean picture, int rows, int seed) {
    Random random = new Random(seed);
    int[] shape = picture ? new int[] {8, 8} : new int[] {4};
    int size = picture ? 64 : 4;
    float[] values = new float[rows * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = picture ? random.nextInt(256) : (float) random.nextGaussian();
    }
    return new Features(rows, shape, values, picture);
  }

  /** Labels a, b and c, the last in two examples only. */
  private static Labels classes() {
    int[] values = IntStream.range(0, EXAMPLES).map(i -> i < 2 ? 2 : i % 2).toArray();
    return new Labels.Classes(values, List.of("a", "b", "c"));
  }

  private static Labels reals() {
    float[] values = new float[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      values[i] = i * 0.37f % 5;
    }
    return new Labels.Reals(values);
  }

  /**
   * Checks a learner.
   *
   * @param picture whether it takes pictures
   */
  public static void check(Learner learner, boolean picture) {
    Features x = features(picture, EXAMPLES, 1);
    Features targets = features(picture, 7, 2);
    for (Labels labels : List.of(classes(), reals())) {
      Trainer prepared;
      try {
        prepared = learner.prepare(new Dataset(x, labels), List.of(targets));
      } catch (BadInputException e) {
        assertThat(labels).as(e.getMessage()).isInstanceOf(Labels.Reals.class);
        continue; // one that only tells classes apart
      }
      try (Trainer trainer = prepared) {
        int[][] subsets = {
          IntStream.range(0, EXAMPLES).toArray(),
          IntStream.range(2, EXAMPLES).toArray(), // without class c
          {5}, // one example
          {}, // none
          {4, 6, 8}, // one class alone
        };
        for (int[] members : subsets) {
          Key key = new Key(3, Purpose.TRAINING, members.length);
          float[] once = trainer.run(members, key)[0];
          String what = "%s, %d members".formatted(learner.name(), members.length);
          assertThat(once).as(what).hasSize(7 * trainer.outputs());
          for (float value : once) {
            assertThat(value).as(what).isFinite();
          }
          assertThat(trainer.run(members, key)[0]).as(what + ": same key").isEqualTo(once);
        }
        checkLabels(learner, new Dataset(x, labels), targets, trainer);
      }
    }
  }

  /** A run under other labels is the run of a dataset that has these labels. */
  private static void checkLabels(
      Learner learner, Dataset data, Features targets, Trainer trainer) {
    Relabelling changed = new Relabelling(new int[] {3, 4, 9}, new int[] {2, 2, 0});
    int[] members = IntStream.range(1, EXAMPLES).toArray();
    Key key = new Key(3, Purpose.TRAINING, 77);
    if (data.labels() instanceof Labels.Reals) {
      assertThatThrownBy(() -> trainer.run(members, changed, key)).hasMessageContaining("classes");
      return;
    }
    Dataset other = new Dataset(data.features(), changed.apply(data.labels()));
    float[] before = trainer.run(members, key)[0];
    float[] relabelled = trainer.run(members, changed, key)[0];
    try (Trainer anew = learner.prepare(other, List.of(targets))) {
      assertThat(relabelled).as(learner.name()).isEqualTo(anew.run(members, key)[0]);
    }
    assertThat(relabelled).as(learner.name()).isNotEqualTo(before);
    assertThat(trainer.run(members, key)[0]).as(learner.name()).isEqualTo(before);
  }
}
