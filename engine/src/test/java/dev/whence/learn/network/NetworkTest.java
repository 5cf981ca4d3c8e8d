package dev.whence.learn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.learn.Schedule;
import dev.whence.linalg.dense.DenseKernels;
import dev.whence.linalg.dense.Rows;
import dev.whence.linalg.dense.SgdStep;
import dev.whence.linalg.dense.Strips;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training from PyTorch's initial weights on PyTorch's minibatches ends at PyTorch's weights
 * (peers/fixtures/mlp.py).
 */
class NetworkTest {

  @ParameterizedTest
  @ValueSource(strings = {"classes", "softmax", "real"})
  void trainsAsPyTorchDoes(String name) {
    Map<String, NpyArray> fixture =
        Npz.read(Path.of("src/test/resources/fixtures/mlp_" + name + ".npz"));
    for (DenseKernels kernels : DenseKernels.available()) {
      check(kernels, fixture);
    }
  }

  private static void check(DenseKernels kernels, Map<String, NpyArray> fixture) {
    int[] widths = fixture.get("widths").toInts();
    float[] settings = fixture.get("hyperparameters").toFloats();
    int batch = (int) settings[1];
    Network network = new Network(kernels, widths, batch, true);
    for (int l = 0; l < widths.length - 1; l++) {
      for (int o = 0; o < widths[l + 1]; o++) {
        network.setBias(l, o, (float) fixture.get("b" + l).get(o, 0));
        for (int i = 0; i < widths[l]; i++) {
          network.setWeight(l, i, o, (float) fixture.get("w" + l).get(o, i));
        }
      }
    }
    float[] x = fixture.get("x").toFloats();
    NpyArray y = fixture.get("y");
    int classes = widths[widths.length - 1];
    Loss loss =
        y.dtype().isFloat()
            ? new Loss.SquaredError(y.toFloats())
            : new Loss.CrossEntropy(y.toInts(), classes, settings[6]);
    NpyArray orders = fixture.get("orders");
    int n = (int) y.rows();
    Schedule schedule =
        new Schedule(settings[2], settings[3], (long) settings[0] * Math.ceilDiv(n, batch));
    long step = 0;
    for (int epoch = 0; epoch < settings[0]; epoch++) {
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = (int) orders.get(epoch, i);
      }
      for (int from = 0; from < n; from += batch) {
        int count = Math.min(batch, n - from);
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
          offsets[i] = order[from + i] * widths[0];
        }
        SgdStep sgd = new SgdStep(schedule.at(step++), settings[4], settings[5]);
        network.step(new Rows(x, offsets, count), loss, order, from, sgd);
      }
    }
    for (int l = 0; l < widths.length - 1; l++) {
      for (int o = 0; o < widths[l + 1]; o++) {
        assertThat(network.bias(l, o))
            .isCloseTo((float) fixture.get("trained_b" + l).get(o, 0), within(2e-5f));
        for (int i = 0; i < widths[l]; i++) {
          assertThat(network.weight(l, i, o))
              .isCloseTo((float) fixture.get("trained_w" + l).get(o, i), within(2e-5f));
        }
      }
    }
    int stride = Strips.pad(classes);
    for (int i = 0; i < n; i++) {
      float[] z = network.forward(new Rows(x, new int[] {i * widths[0]}, 1));
      assertThat(z.length).isGreaterThanOrEqualTo(stride);
      for (int c = 0; c < classes; c++) {
        assertThat(z[c]).isCloseTo((float) fixture.get("outputs").get(i, c), within(1e-4f));
      }
    }
  }
}
