package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import dev.whence.linalg.dense.SgdStep;
import dev.whence.torch.architecture.Architecture;
import dev.whence.torch.architecture.Parameters;
import dev.whence.torch.architecture.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.rng.core.source64.Philox4x64;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class TorchLearnerTest {

  private static final String SMALL =
      "{\"architecture\": \"cnn\", \"epochs\": 2, \"batch\": 64, \"learningRate\": 0.05, \"crop\": 2,"
          + " \"flip\": true, \"cutout\": 4, \"flipAverage\": true, \"labelSmoothing\": 0.1}";

  private static Trainer trainer(String config, Dataset train, Features targets) {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(config);
    return LearnerFactory.of("torch").create(node).prepare(train, List.of(targets));
  }

  /** Trains four models with so many threads and returns their outputs' hashes. */
  static int[] hashes(int threads) {
    Split split = DatasetReader.bundled();
    Features targets = split.test().features();
    Trainer trainer = trainer(SMALL, split.train(), targets);
    int[] hashes = new int[4];
    try (Parallel parallel = new Parallel(threads)) {
      parallel.forEach(
          hashes.length,
          run -> {
            int[] members =
                IntStream.range(0, 300).map(i -> (i * 5 + run) % 2000).sorted().toArray();
            float[][] outputs = trainer.run(members, new Key(7, Purpose.TRAINING, run));
            hashes[run] = Arrays.hashCode(outputs[0]);
          });
    }
    return hashes;
  }

  /** Prints the hashes of a process of its own. */
  public static void main(String[] args) {
    System.out.println(Arrays.toString(hashes(1)));
  }

  @Test
  void sameBitsWithOneThreadAndTwoInOneProcessAndTwo() throws IOException {
    int[] alone = hashes(1);
    assertThat(IntStream.of(alone).distinct().count()).isEqualTo(alone.length);
    assertThat(hashes(2)).isEqualTo(alone);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                TorchLearnerTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(new String(other.getInputStream().readAllBytes()).strip())
        .isEqualTo(Arrays.toString(alone));
  }

  @ParameterizedTest
  @CsvSource({"cnn, float32", "cnn, bfloat16", "mlp, float32", "mlp-mixer, float32"})
  void learnsFashionMnist(String architecture, String precision) {
    Split split = DatasetReader.bundled();
    String config =
        ("{\"architecture\": \"%s\", \"epochs\": 6, \"batch\": 64, \"learningRate\": 0.05,"
                + " \"precision\": \"%s\"}")
            .formatted(architecture, precision);
    Trainer trainer = trainer(config, split.train(), split.test().features());
    int[] members = IntStream.range(0, architecture.equals("mlp-mixer") ? 200 : 2000).toArray();
    float[] logits = trainer.run(members, new Key(1, Purpose.TRAINING, 0))[0];
    int[] labels = ((Labels.Classes) split.test().labels()).values();
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = logits[i * 10 + c] > logits[i * 10 + best] ? c : best;
      }
      correct += best == labels[i] ? 1 : 0;
    }
    assertThat(correct / (double) labels.length)
        .isGreaterThan(architecture.equals("mlp-mixer") ? 0.3 : 0.78);
  }

  @Test
  void regressesInTheUnitsOfTheLabels() {
    Random random = new Random(1);
    float[] x = new float[300 * 16];
    float[] y = new float[300];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(256);
      y[i / 16] += i % 16 < 8 ? x[i] : -x[i];
    }
    Features features = new Features(300, new int[] {4, 4}, x, true);
    Dataset data = new Dataset(features, new Labels.Reals(y));
    String config =
        "{\"architecture\": \"mlp\", \"epochs\": 60, \"batch\": 32, \"learningRate\": 0.02}";
    float[] predictions =
        trainer(config, data, features)
            .run(IntStream.range(0, 300).toArray(), new Key(0, Purpose.TRAINING, 0))[0];
    double error = 0;
    double variance = 0;
    for (int i = 0; i < 300; i++) {
      error += (predictions[i] - y[i]) * (predictions[i] - y[i]);
      variance += y[i] * y[i];
    }
    assertThat(error / variance).isLessThan(0.05);
  }

  /** A step on the flat vectors is the step of the built-in learners, which PyTorch has checked. */
  @Test
  void stepsAsTheBuiltInLearnersDo() {
    try (PointerScope scope = new PointerScope()) {
      Parameters parameters = new Parameters(new Device("cpu"));
      Architecture.CNN.build(parameters, new Pictures(1, 28, 28, 10));
      parameters.initialize(new Philox4x64(new long[] {1, 2}));
      int n = Math.toIntExact(parameters.size());
      float[] weights = floats(parameters.values(), n);
      float[] velocity = new float[n];
      Sgd sgd = new Sgd(parameters, 0.9, 0.01);
      Random random = new Random(5);
      for (int step = 0; step < 3; step++) {
        float[] gradient = new float[n];
        SgdStep expected = new SgdStep(0.1f / (step + 1), 0.9f, 0.01f);
        for (int i = 0; i < n; i++) {
          gradient[i] = (float) random.nextGaussian();
          expected.apply(gradient[i], weights, velocity, i);
        }
        parameters.gradients().copy_(Tensor.create(gradient));
        sgd.step(expected.rate());
        assertThat(floats(parameters.gradients(), n)).containsOnly(0f);
      }
      float[] found = floats(parameters.values(), n);
      for (int i = 0; i < n; i++) {
        assertThat(found[i]).isCloseTo(weights[i], org.assertj.core.api.Assertions.within(1e-5f));
      }
    }
  }

  private static float[] floats(Tensor tensor, int n) {
    float[] values = new float[n];
    new FloatPointer(tensor.data_ptr()).get(values);
    return values;
  }

  @Test
  void memoryStaysFlat() throws IOException {
    Split split = DatasetReader.bundled();
    String config = "{\"architecture\": \"cnn\", \"epochs\": 1, \"batch\": 32}";
    Features few = split.test().features().select(IntStream.range(0, 20).toArray());
    Trainer trainer = trainer(config, split.train(), few);
    long early = 0;
    for (int run = 0; run < 90; run++) {
      trainer.run(IntStream.range(0, 64).toArray(), new Key(3, Purpose.TRAINING, run));
      if (run == 30) {
        System.gc();
        early = residentKilobytes();
      }
    }
    System.gc();
    assertThat(residentKilobytes() - early).isLessThan(30_000);
  }

  private static long residentKilobytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** Normalisation over one example at 1 × 1 pixels would divide 0 by 0. */
  @Test
  void noMinibatchIsOneExampleAlone() {
    Split split = DatasetReader.bundled();
    Features few = split.test().features().select(new int[] {0, 1, 2});
    String config =
        "{\"architecture\": \"resnet18\", \"epochs\": 1, \"batch\": 4, \"learningRate\": 0.01}";
    Trainer trainer = trainer(config, split.train(), few);
    for (int members : new int[] {5, 9, 10}) {
      float[] logits =
          trainer.run(IntStream.range(0, members).toArray(), new Key(0, Purpose.TRAINING, 0))[0];
      for (float value : logits) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void presetsAreThoseOfTheTable() {
    ObjectNode cifar = (ObjectNode) Json.mapper().readTree("{\"preset\": \"cifar10-paper\"}");
    ObjectNode config = LearnerFactory.of("torch").create(cifar).config();
    assertThat(config.path("learningRate").asDouble()).isEqualTo(0.5);
    assertThat(config.path("epochs").asInt() * config.path("peak").asDouble()).isEqualTo(5);
    assertThat(config.path("crop").asInt()).isEqualTo(4);
    ObjectNode fmow =
        (ObjectNode) Json.mapper().readTree("{\"preset\": \"fmow-paper\", \"epochs\": 3}");
    config = LearnerFactory.of("torch").create(fmow).config();
    assertThat(config.path("architecture").asString()).isEqualTo("resnet18");
    assertThat(config.path("weightDecay").asDouble()).isEqualTo(1e-3);
    assertThat(config.path("epochs").asInt()).isEqualTo(3);
  }

  @Test
  void refusesBadHyperparameters() {
    Split split = DatasetReader.bundled();
    for (String bad :
        List.of(
            "{\"architecture\": \"vgg\"}",
            "{\"preset\": \"imagenet\"}",
            "{\"precision\": \"int8\"}",
            "{\"device\": \"tpu\"}",
            "{\"device\": \"cuda\"}",
            "{\"epochs\": 0}")) {
      assertThatThrownBy(() -> trainer(bad, split.train(), split.test().features()))
          .as(bad)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("expected");
    }
  }
}
