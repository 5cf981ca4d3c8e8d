package dev.whence.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.data.Split;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Trees against XGBoost's Python package (peers/fixtures/xgboost_models.py). */
class TreesTest {

  private static final Map<String, NpyArray> DATA =
      Npz.read(Path.of("../engine/src/test/resources/fixtures/classical.npz"));
  private static final Map<String, NpyArray> FIXTURE =
      Npz.read(Path.of("src/test/resources/fixtures/xgboost.npz"));

  private static Features features(String name) {
    NpyArray array = DATA.get(name);
    int size = (int) array.shape()[1];
    return new Features((int) array.rows(), new int[] {size}, array.toFloats(), false);
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) Json.mapper().readTree(text);
  }

  private static Dataset dataset(String labels) {
    return new Dataset(
        features("x"),
        labels.equals("real")
            ? new Labels.Reals(DATA.get("real").toFloats())
            : Labels.Classes.numbered(DATA.get("y").toInts()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classes", "real"})
  void boostsAsXgboostDoes(String labels) {
    Trainer trainer =
        LearnerFactory.of("gradient-boosting")
            .create(json("{\"trees\": 12, \"maxDepth\": 3}"))
            .prepare(dataset(labels), List.of(features("targets")));
    float[] found = trainer.run(DATA.get("members").toInts(), key(0))[0];
    assertThat(found).containsExactly(FIXTURE.get("boosting_" + labels).toFloats(), within(1e-5f));
  }

  /** Forests draw examples and features by a seed: the same parameters, the fixture's seed. */
  @ParameterizedTest
  @ValueSource(strings = {"classes", "real"})
  void growsForestsAsXgboostDoes(String labels) throws Exception {
    Dataset data = dataset(labels);
    TreesConfig config = new TreesConfig(20, 4, 1, 0.8, 0.8, 1e-5, 1);
    Trees trees = new Trees("random-forest", true, config);
    Features subset = data.features().select(DATA.get("members").toInts());
    var matrix =
        new ml.dmlc.xgboost4j.java.DMatrix(
            subset.values(), subset.rows(), subset.size(), Float.NaN);
    float[] all = labels.equals("real") ? DATA.get("real").toFloats() : DATA.get("y").toFloats();
    int[] members = DATA.get("members").toInts();
    float[] y = new float[members.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = all[members[i]];
    }
    matrix.setLabel(y);
    var booster =
        ml.dmlc.xgboost4j.java.XGBoost.train(
            matrix, trees.parameters(data.labels(), 17), trees.rounds(), Map.of(), null, null);
    Features targets = features("targets");
    float[][] found =
        booster.predict(
            new ml.dmlc.xgboost4j.java.DMatrix(
                targets.values(), targets.rows(), targets.size(), Float.NaN),
            true);
    float[] expected = FIXTURE.get("forest_" + labels).toFloats();
    int k = found[0].length;
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i / k][i % k]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static Key key(long run) {
    return new Key(3, Purpose.TRAINING, run);
  }

  @ParameterizedTest
  @CsvSource({"gradient-boosting, 0.7", "random-forest, 0.65"})
  void learnsFashionMnistWithTheSameBitsInTwoThreads(String learner, double least) {
    Split split = DatasetReader.bundled();
    Trainer trainer =
        LearnerFactory.of(learner)
            .create(json("{\"trees\": 6, \"subsample\": 0.8}"))
            .prepare(split.train(), List.of(split.test().features()));
    int[] members = IntStream.range(0, 800).toArray();
    float[][] outputs = new float[3][];
    try (Parallel parallel = new Parallel(2)) {
      parallel.forEach(3, run -> outputs[run] = trainer.run(members, key(run % 2))[0]);
    }
    assertThat(outputs[2]).isEqualTo(outputs[0]).isNotEqualTo(outputs[1]);
    int[] labels = ((Labels.Classes) split.test().labels()).values();
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = outputs[0][i * 10 + c] > outputs[0][i * 10 + best] ? c : best;
      }
      correct += best == labels[i] ? 1 : 0;
    }
    assertThat(correct / 500.0).isGreaterThan(least);
  }

  @Test
  void refusesBadHyperparameters() {
    for (String bad : List.of("{\"trees\": 0}", "{\"subsample\": 2}", "{\"depth\": 3}")) {
      assertThatThrownBy(() -> LearnerFactory.of("random-forest").create(json(bad)))
          .as(bad)
          .isInstanceOf(BadInputException.class);
    }
  }
}
