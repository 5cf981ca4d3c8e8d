package dev.whence.learn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import dev.whence.learn.DifferentiableTrainer;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.GradientProjection;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Gradients of the built-in networks against central differences, and their inner products. */
class NetworkGradientsTest {

  private static final int ROWS = 40;
  private static final OutputGradient SECOND_LESS_FIRST =
      (example, z, from, gradient) -> {
        java.util.Arrays.fill(gradient, 0);
        gradient[1] = 1;
        gradient[0] = -1;
      };

  private static Features pictures() {
    Random random = new Random(3);
    float[] values = new float[ROWS * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return new Features(ROWS, new int[] {8, 8}, values, false);
  }

  private static DifferentiableTrainer trainer(String learner, Features x) {
    int[] labels = IntStream.range(0, ROWS).map(i -> i % 3).toArray();
    Dataset train = new Dataset(x, new Labels.Classes(labels, List.of("a", "b", "c")));
    ObjectNode config = Json.mapper().createObjectNode();
    config.put("epochs", 3).put("batch", 16);
    if (learner.equals("mlp")) {
      config.putArray("hidden").add(7).add(5);
    }
    if (learner.equals("cnn")) {
      config.putArray("channels").add(16).add(16);
    }
    Trainer trainer = LearnerFactory.of(learner).create(config).prepare(train, List.of(x));
    return (DifferentiableTrainer) trainer;
  }

  private static float[] trained(DifferentiableTrainer trainer, int epoch) {
    int[] all = IntStream.range(0, ROWS).toArray();
    return trainer.states(all, new Key(5, Purpose.TRAINING, 0), new int[] {epoch}).getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void statesPredictAsRunsDo(String learner) {
    Features x = pictures();
    DifferentiableTrainer trainer = trainer(learner, x);
    int[] all = IntStream.range(0, ROWS).toArray();
    float[] run = trainer.run(all, new Key(5, Purpose.TRAINING, 0))[0];
    float[] state = trained(trainer, 3);
    assertThat((float[]) trainer.withModel(state, m -> m.outputs(x))).isEqualTo(run);
    assertThat((long) trainer.withModel(state, m -> m.parameters())).isEqualTo(state.length);
    assertThat((float[]) trainer.withModel(trained(trainer, 0), m -> m.outputs(x)))
        .isNotEqualTo(run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void gradientsAreThoseOfDifferences(String learner) {
    Features x = pictures();
    DifferentiableTrainer trainer = trainer(learner, x);
    float[] state = trained(trainer, 2);
    GradientProjection whole = GradientProjection.none(false);
    float[] gradients = trainer.withModel(state, m -> m.gradients(x, SECOND_LESS_FIRST, whole));
    Random random = new Random(8);
    int trials = 200;
    int kinks = 0; // where a rectifier or a maximum switches within the step
    for (int trial = 0; trial < trials; trial++) {
      int p = random.nextInt(state.length);
      int row = random.nextInt(ROWS);
      float h = 1e-3f;
      double difference =
          (value(trainer, state, p, h, x, row) - value(trainer, state, p, -h, x, row)) / (2 * h);
      double distance = Math.abs(gradients[row * state.length + p] - difference);
      kinks += distance > 2e-3 + 0.02 * Math.abs(difference) ? 1 : 0;
    }
    assertThat(kinks).as(learner).isLessThanOrEqualTo(learner.equals("softmax") ? 0 : trials / 50);
  }

  private static double value(
      DifferentiableTrainer trainer, float[] state, int p, float h, Features x, int row) {
    float[] moved = state.clone();
    moved[p] += h;
    Features one = x.select(new int[] {row});
    float[] z = trainer.withModel(moved, m -> m.outputs(one));
    return (double) z[1] - z[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void innerProductsAreThoseOfWrittenGradients(String learner) {
    Features x = pictures();
    DifferentiableTrainer trainer = trainer(learner, x);
    float[] state = trained(trainer, 2);
    ExampleGradients gradients = trainer.withModel(state, m -> m.gradients(x, SECOND_LESS_FIRST));
    int p = state.length;
    float[] written = gradients.project(GradientProjection.none(false));
    float[] dots = gradients.dot(gradients);
    double[] squares = gradients.squares();
    for (int i = 0; i < ROWS; i++) {
      assertThat(squares[i]).isCloseTo(dots[i * ROWS + i], within(1e-4 * squares[i]));
      for (int j = 0; j < ROWS; j += 7) {
        double sum = 0;
        for (int k = 0; k < p; k++) {
          sum += (double) written[i * p + k] * written[j * p + k];
        }
        assertThat((double) dots[i * ROWS + j]).isCloseTo(sum, within(1e-3 + 1e-4 * Math.abs(sum)));
      }
    }
  }

  /** Projections keep inner products in expectation (Johnson and Lindenstrauss). */
  @ParameterizedTest
  @ValueSource(strings = {"DENSE", "FACTORED"})
  void projectionsKeepInnerProducts(String kind) {
    Features x = pictures();
    DifferentiableTrainer trainer = trainer("mlp", x);
    float[] state = trained(trainer, 2);
    ExampleGradients gradients = trainer.withModel(state, m -> m.gradients(x, SECOND_LESS_FIRST));
    float[] dots = gradients.dot(gradients);
    double[] mean = new double[dots.length];
    int times = 300;
    for (int seed = 0; seed < times; seed++) {
      float[] projected =
          gradients.project(
              new GradientProjection(GradientProjection.Kind.valueOf(kind), 64, false, seed));
      int k = projected.length / ROWS;
      for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < ROWS; j++) {
          for (int c = 0; c < k; c++) {
            mean[i * ROWS + j] += projected[i * k + c] * projected[j * k + c] / times;
          }
        }
      }
    }
    double error = 0;
    double size = 0;
    for (int i = 0; i < dots.length; i++) {
      error += Math.pow(mean[i] - dots[i], 2);
      size += Math.pow(dots[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isLessThan(0.05);
  }
}
