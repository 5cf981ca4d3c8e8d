package dev.whence.learn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.learn.ImageShape;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Schedule;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ConvNetworkTest {

  private static final ImageShape IMAGE = new ImageShape(11, 9, 3);
  private static final int[] SIDES = {2, 2};

  /**
   * Training from PyTorch's initial weights on PyTorch's minibatches ends at PyTorch's weights
   * (peers/fixtures/cnn.py).
   */
  @Test
  void trainsAsPyTorchDoes() {
    Map<String, NpyArray> fixture = Npz.read(Path.of("src/test/resources/fixtures/cnn.npz"));
    float[] settings = fixture.get("hyperparameters").toFloats();
    int batch = (int) settings[1];
    ConvNetwork network =
        new ConvNetwork(DenseKernels.create(), IMAGE, List.of(16, 32), List.of(10), 4, batch);
    for (int l = 0; l < 4; l++) {
      copyWeights(network, l, fixture.get("w" + l), fixture.get("b" + l), false);
    }
    float[] x = IMAGE.channelsLast(fixture.get("x").toFloats(), 1);
    int[] labels = fixture.get("y").toInts();
    Loss loss = new Loss.CrossEntropy(labels, 4, settings[6]);
    int n = labels.length;
    Schedule schedule =
        new Schedule(settings[2], settings[3], (long) settings[0] * Math.ceilDiv(n, batch));
    long step = 0;
    for (int epoch = 0; epoch < settings[0]; epoch++) {
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = (int) fixture.get("orders").get(epoch, i);
      }
      for (int from = 0; from < n; from += batch) {
        int[] rows = IntStream.range(from, Math.min(from + batch, n)).map(i -> order[i]).toArray();
        SgdStep sgd = new SgdStep(schedule.at(step++), settings[4], settings[5]);
        network.step(rows(x, rows), loss, order, from, sgd);
      }
    }
    for (int l = 0; l < 4; l++) {
      copyWeights(network, l, fixture.get("trained_w" + l), fixture.get("trained_b" + l), true);
    }
    for (int i = 0; i < n; i++) {
      float[] z = network.forward(rows(x, new int[] {i}));
      for (int c = 0; c < 4; c++) {
        assertThat(z[c]).isCloseTo((float) fixture.get("outputs").get(i, c), within(1e-4f));
      }
    }
  }

  private static Rows rows(float[] x, int[] examples) {
    int[] offsets = IntStream.of(examples).map(i -> i * IMAGE.paddedSize()).toArray();
    return new Rows(x, offsets, offsets.length);
  }

  /** Sets a layer's weights to PyTorch's, or compares them. */
  private static void copyWeights(
      ConvNetwork network, int l, NpyArray weights, NpyArray biases, boolean compare) {
    float[] w = weights.toFloats();
    int outputs = (int) weights.rows();
    int size = w.length / outputs;
    for (int o = 0; o < outputs; o++) {
      float bias = (float) biases.get(o, 0);
      for (int k = 0; k < size; k++) {
        float value = w[o * size + k];
        if (l < 2) {
          // PyTorch: [channel][3][3]; here: [3][3][channel]
          int tap = k % 9 * (size / 9) + k / 9;
          if (compare) {
            assertThat(network.layer(l).weight(tap, o)).isCloseTo(value, within(2e-5f));
          } else {
            network.layer(l).setWeight(tap, o, value);
          }
        } else {
          // PyTorch flattens [channel][row][column]; here: [row][column][channel]
          int pixels = SIDES[0] * SIDES[1];
          int input = l == 2 ? k % pixels * 32 + k / pixels : k;
          if (compare) {
            assertThat(network.head().weight(l - 2, input, o)).isCloseTo(value, within(2e-5f));
          } else {
            network.head().setWeight(l - 2, input, o, value);
          }
        }
      }
      if (compare) {
        float found = l < 2 ? network.layer(l).bias()[o] : network.head().bias(l - 2, o);
        assertThat(found).isCloseTo(bias, within(2e-5f));
      } else if (l < 2) {
        network.layer(l).bias()[o] = bias;
      } else {
        network.head().setBias(l - 2, o, bias);
      }
    }
  }

  @Test
  void refusesWhatIsNotAPictureOrTooSmall() {
    ObjectNode config = (ObjectNode) Json.mapper().readTree("{\"channels\": [16, 16, 16]}");
    Labels labels = Labels.Classes.numbered(new int[] {0, 1});
    Dataset rows = new Dataset(new Features(2, new int[] {49}, new float[98], false), labels);
    Learner learner = LearnerFactory.of("cnn").create(config);
    assertThatThrownBy(() -> learner.prepare(rows, List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected pictures");
    ObjectNode deep = (ObjectNode) Json.mapper().readTree("{\"channels\": [16, 16, 16, 16]}");
    Dataset small = new Dataset(new Features(2, new int[] {9, 8}, new float[144], false), labels);
    assertThatThrownBy(() -> LearnerFactory.of("cnn").create(deep).prepare(small, List.of()))
        .hasMessageContaining("expected at most 3 convolutions");
    assertThatThrownBy(
            () ->
                LearnerFactory.of("cnn")
                    .create((ObjectNode) Json.mapper().readTree("{\"channels\": [12]}")))
        .hasMessageContaining("multiples of 16");
    assertThatThrownBy(() -> LearnerFactory.of("mlp").create(config))
        .hasMessageContaining("no channels");
  }
}
