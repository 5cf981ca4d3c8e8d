package dev.whence.learn.classical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The classical learners against scikit-learn's (peers/fixtures/classical.py). */
class ClassicalTest {

  private static final Map<String, NpyArray> FIXTURE =
      Npz.read(Path.of("src/test/resources/fixtures/classical.npz"));

  private final Features x = features("x");
  private final Features targets = features("targets");
  private final Labels.Classes classes = Labels.Classes.numbered(FIXTURE.get("y").toInts());
  private final Labels.Reals reals = new Labels.Reals(FIXTURE.get("real").toFloats());
  private final int[] members = FIXTURE.get("members").toInts();

  private static Features features(String name) {
    NpyArray array = FIXTURE.get(name);
    int size = (int) array.shape()[1];
    return new Features((int) array.rows(), new int[] {size}, array.toFloats(), false);
  }

  private float[] outputs(String learner, String config, Labels labels, int[] subset) {
    ObjectNode settings = (ObjectNode) Json.mapper().readTree(config);
    try (Trainer trainer =
        LearnerFactory.of(learner)
            .create(settings)
            .prepare(new Dataset(x, labels), List.of(targets))) {
      return trainer.run(subset, new Key(1, Purpose.TRAINING, 0))[0];
    }
  }

  private static void check(float[] outputs, String expected, double tolerance) {
    assertThat(outputs)
        .containsExactly(FIXTURE.get(expected).toFloats(), within((float) tolerance));
  }

  @Test
  void nearestNeighboursVoteAsScikitLearns() {
    float[] logits = outputs("knn", "{\"k\": 7}", classes, members);
    float[] shares = new float[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) ((Math.exp(logits[i]) * 8 - 1 / 3.0) / 7);
    }
    check(shares, "knn_classes", 1e-6);
    check(outputs("knn", "{\"k\": 7}", reals, members), "knn_real", 1e-6);
  }

  @Test
  void fewerMembersThanNeighboursAllVote() {
    int[] two = {3, 8};
    float[] mean = outputs("knn", "{\"k\": 7}", reals, two);
    assertThat(mean).containsOnly((float) ((reals.values()[3] + (double) reals.values()[8]) / 2));
  }

  @Test
  void kernelRidgeIsScikitLearns() {
    String rbf = "{\"gamma\": 0.2, \"lambda\": 0.3}";
    check(outputs("kernel-ridge", rbf, classes, members), "rbf_classes", 1e-5);
    String linear = "{\"kernel\": \"linear\", \"lambda\": 2}";
    check(outputs("kernel-ridge", linear, reals, members), "linear_real", 1e-4);
  }

  @Test
  void logisticRegressionIsScikitLearns() {
    String settings = "{\"c\": 0.7, \"tolerance\": 1e-10}";
    check(outputs("logistic", settings, classes, members), "logistic_classes", 1e-4);
    int[] ones = IntStream.of(classes.values()).map(c -> c == 1 ? 1 : 0).toArray();
    float[] binary = outputs("logistic", settings, Labels.Classes.numbered(ones), members);
    float[] differences = new float[targets.rows()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = binary[2 * i + 1] - binary[2 * i];
    }
    check(differences, "logistic_binary", 1e-4);
  }

  @Test
  void aClassThatTheSubsetLacksScoresBelowTheOthers() {
    int[] without = IntStream.of(members).filter(i -> classes.values()[i] != 1).toArray();
    float[] logits = outputs("logistic", "{}", classes, without);
    for (int i = 0; i < logits.length; i += 3) {
      assertThat(logits[i + 1]).isLessThan(Math.min(logits[i], logits[i + 2]) - 2);
    }
  }

  @Test
  void refuses() {
    assertThatThrownBy(() -> outputs("logistic", "{}", reals, members))
        .isInstanceOf(BadInputException.class)
        .hasMessage("learner logistic: expected classes for labels, found real numbers");
    for (String[] bad :
        new String[][] {
          {"knn", "{\"k\": 0}"},
          {"kernel-ridge", "{\"kernel\": \"cubic\"}"},
          {"kernel-ridge", "{\"lambda\": -1}"},
          {"logistic", "{\"c\": 0}"},
          {"logistic", "{\"C\": 1}"}
        }) {
      assertThatThrownBy(() -> outputs(bad[0], bad[1], classes, members))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("learner " + bad[0]);
    }
  }
}
