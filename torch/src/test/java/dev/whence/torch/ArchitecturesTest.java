package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Layer;
import dev.whence.torch.architecture.Network;
import dev.whence.torch.architecture.Parameter;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.core.source64.Philox4x64;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Every architecture has the parameters of torchvision's, timm's or FFCV's, and computes the same,
 * stage by stage, forward and backward (peers/fixtures/architectures.py).
 */
class ArchitecturesTest {

  private static final int N = 8;
  private static final Pictures PICTURES = new Pictures(3, 32, 32, 10);

  @ParameterizedTest
  @EnumSource
  void computesWhatPyTorchDoes(Architecture architecture) throws IOException {
    JsonNode fixture =
        Json.mapper()
            .readTree(
                Files.readString(
                    Path.of("src/test/resources/fixtures/" + architecture.label() + ".json")));
    Native.oneThread();
    try (PointerScope scope = new PointerScope()) {
      Parameters parameters = new Parameters(new Device("cpu"));
      Network network = architecture.build(parameters, PICTURES);
      assertThat(describe(parameters)).isEqualTo(fixture.path("parameters"));
      parameters.initialize(new Philox4x64(new long[] {1, 2}));
      setWeights(parameters);
      Tensor x = channelsLast(values(999, N * 3 * 32 * 32), N, 3, 32, 32);

      assertThat(stagesCompared(network, x, fixture.path("stages"))).isGreaterThan(0);
      check("outputs", evaluate(network, x), fixture.path("outputs"));

      Tensor z = network.apply(x, true);
      check("training", z, fixture.path("training"));
      Tensor labels = Tensor.create(0L, 3L, 6L, 9L, 2L, 5L, 8L, 1L);
      torch.cross_entropy_loss(z, labels, new TensorOptional(), 1, -100, 0.1).backward();
      checkGradients(parameters, fixture.path("gradients"));
      check("after", evaluate(network, x), fixture.path("after"));
    }
  }

  private static JsonNode describe(Parameters parameters) {
    List<List<Object>> described = new ArrayList<>();
    for (Parameter p : parameters.list()) {
      described.add(List.of(p.name(), p.shape()));
    }
    return Json.mapper().readTree(Json.mapper().writeValueAsString(described));
  }

  private static int stagesCompared(Network network, Tensor x, JsonNode stages) {
    int compared = 0;
    Tensor value = x;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (Map.Entry<String, Layer> stage : network.stages().entrySet()) {
        value = stage.getValue().apply(value, false).clone();
        JsonNode expected = stages.path(stage.getKey());
        if (expected.isArray()) {
          double[] found = floats(value);
          check(stage.getKey() + ", mean", mean(found), expected.get(0).asDouble());
          check(stage.getKey() + ", deviation", deviation(found), expected.get(1).asDouble());
          for (int i = 0; i < 6; i++) {
            check(stage.getKey() + " " + i, found[i], expected.get(2 + i).asDouble());
          }
          compared++;
        }
      }
    }
    return compared;
  }

  private static Tensor evaluate(Network network, Tensor x) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return network.apply(x, false);
    }
  }

  private static void checkGradients(Parameters parameters, JsonNode norms) {
    int i = 0;
    for (Parameter p : parameters.list()) {
      double norm = p.tensor().grad().norm().item_double();
      double expected = norms.get(i++).asDouble();
      assertThat(norm).as(p.name()).isCloseTo(expected, within(1e-4 + 5e-3 * expected));
    }
    assertThat(i).isEqualTo(norms.size());
  }

  private static void check(String what, Tensor found, JsonNode expected) {
    double[] values = floats(found);
    assertThat(values).hasSize(expected.size());
    for (int i = 0; i < values.length; i++) {
      check(what + " " + i, values[i], expected.get(i).asDouble());
    }
  }

  private static void check(String what, double found, double expected) {
    assertThat(found).as(what).isCloseTo(expected, within(2e-4 * (1 + Math.abs(expected))));
  }

  /** Sets the weights to what the formula of the fixture's script gives. */
  private static void setWeights(Parameters parameters) {
    try (NoGradGuard guard = new NoGradGuard()) {
      int index = 0;
      for (Parameter p : parameters.list()) {
        long[] shape = p.shape();
        double[] u = values(index++, Math.toIntExact(p.size()));
        double scale = shape.length == 1 ? 0.1 : Math.sqrt(3.0 * shape[0] / p.size());
        double shift = shape.length == 1 && !p.name().endsWith("bias") ? 1 : 0;
        float[] w = new float[u.length];
        for (int i = 0; i < w.length; i++) {
          w[i] = (float) (u[i] * scale + shift);
        }
        p.tensor().copy_(Tensor.create(w, shape));
      }
    }
  }

  private static double[] values(int index, int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      long x = (i * 2654435761L + index * 40503L + 12345) & 0xFFFFFFFFL;
      x ^= x >>> 16;
      x = x * 0x45D9F3BL & 0xFFFFFFFFL;
      x ^= x >>> 16;
      values[i] = x / (double) (1L << 31) - 1;
    }
    return values;
  }

  private static Tensor channelsLast(double[] values, long... shape) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.create(floats, shape).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
  }

  private static double[] floats(Tensor tensor) {
    Tensor flat = tensor.contiguous().to(torch.ScalarType.Double);
    double[] values = new double[Math.toIntExact(flat.numel())];
    new org.bytedeco.javacpp.DoublePointer(flat.data_ptr()).get(values);
    return values;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double v : values) {
      sum += (v - mean) * (v - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  @Test
  void refusesPicturesThatAreTooSmall() {
    try (PointerScope scope = new PointerScope()) {
      Parameters parameters = new Parameters(new Device("cpu"));
      assertThatThrownBy(() -> Architecture.RESNET9.build(parameters, new Pictures(1, 8, 8, 2)))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("at least 11 × 11");
      assertThatThrownBy(() -> Architecture.VIT.build(parameters, new Pictures(1, 30, 32, 2)))
          .hasMessageContaining("in multiples of 4");
      assertThatThrownBy(() -> Architecture.of("vgg")).hasMessageContaining("resnet9");
    }
  }
}
