package dev.whence.learn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import dev.whence.linalg.KernelChoice;
import dev.whence.linalg.dense.DenseKernels;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class NeuralNetworkTest {

  private static ObjectNode json(String text) {
    return (ObjectNode) Json.mapper().readTree(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "softmax", "cnn"})
  void learnsFashionMnist(String learner) {
    Split split = DatasetReader.bundled();
    Trainer trainer =
        LearnerFactory.of(learner)
            .create(json("{}"))
            .prepare(split.train(), List.of(split.test().features()));
    int[] all = IntStream.range(0, 2000).toArray();
    float[] logits = trainer.run(all, new Key(1, Purpose.TRAINING, 0))[0];
    Labels.Classes labels = (Labels.Classes) split.test().labels();
    int correct = 0;
    for (int i = 0; i < labels.rows(); i++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = logits[i * 10 + c] > logits[i * 10 + best] ? c : best;
      }
      correct += best == labels.values()[i] ? 1 : 0;
    }
    assertThat(correct / 500.0).isGreaterThan(0.78);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void everyKernelTrainsTheSameModel(String learner) {
    Split split = DatasetReader.bundled();
    Dataset few = split.train().select(IntStream.range(0, 60).toArray());
    ObjectNode config = json("{\"hidden\": [9, 17], \"epochs\": 2, \"batch\": 13}");
    float[] expected = null;
    for (String kernels : DenseKernels.available().stream().map(k -> k.name()).toList()) {
      System.setProperty(KernelChoice.PROPERTY, kernels);
      try {
        Trainer trainer =
            LearnerFactory.of(learner).create(config).prepare(few, List.of(few.features()));
        float[] logits =
            trainer.run(IntStream.range(0, 47).toArray(), new Key(2, Purpose.TRAINING, 5))[0];
        expected = expected == null ? logits : expected;
        assertThat(logits).as(kernels).isEqualTo(expected);
      } finally {
        System.clearProperty(KernelChoice.PROPERTY);
      }
    }
  }

  @Test
  void regressesInTheUnitsOfTheLabels() {
    Random random = new Random(1);
    float[] x = new float[400];
    float[] y = new float[200];
    for (int i = 0; i < 200; i++) {
      x[2 * i] = (float) (random.nextGaussian() * 10 + 100);
      x[2 * i + 1] = (float) random.nextGaussian();
      y[i] = 1000 + 3 * x[2 * i] - 20 * x[2 * i + 1];
    }
    Dataset data = new Dataset(new Features(200, new int[] {2}, x, false), new Labels.Reals(y));
    Trainer trainer =
        LearnerFactory.of("softmax")
            .create(json("{\"epochs\": 200, \"weightDecay\": 0}"))
            .prepare(data, List.of(data.features()));
    float[] predictions =
        trainer.run(IntStream.range(0, 200).toArray(), new Key(0, Purpose.TRAINING, 0))[0];
    for (int i = 0; i < 200; i++) {
      assertThat(predictions[i]).isBetween(y[i] - 2, y[i] + 2);
    }
  }

  @Test
  void refusesBadHyperparameters() {
    for (String bad :
        List.of(
            "{\"epochs\": 0}",
            "{\"hidden\": [0]}",
            "{\"momentum\": 1}",
            "{\"learningRate\": \"fast\"}",
            "{\"epoch\": 3}")) {
      assertThatThrownBy(() -> LearnerFactory.of("mlp").create(json(bad)))
          .as(bad)
          .isInstanceOf(BadInputException.class);
    }
    assertThatThrownBy(() -> LearnerFactory.of("softmax").create(json("{\"hidden\": [3]}")))
        .isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> LearnerFactory.of("resnet"))
        .hasMessageContainingAll("expected one of ", "mlp", "softmax");
  }
}
