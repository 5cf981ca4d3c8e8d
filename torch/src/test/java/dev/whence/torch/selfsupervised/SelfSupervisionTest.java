package dev.whence.torch.selfsupervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.ImageShape;
import dev.whence.learn.SelfSupervision;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.core.source64.Philox4x64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class SelfSupervisionTest {

  private static final Split DATA = DatasetReader.bundled();
  private static final Dataset TRAIN =
      DATA.train().select(IntStream.range(0, 400).map(i -> i * 5).toArray());
  private static final Dataset TEST =
      DATA.test().select(IntStream.range(0, 250).map(i -> i * 2).toArray());

  private static List<float[]> embed(String config) {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(config);
    List<Features> sets = List.of(TRAIN.features(), TEST.features());
    return SelfSupervision.load().embed(TRAIN.features(), sets, node, Progress.NONE);
  }

  /** Part of the test pictures whose nearest training picture, by cosine, has their class. */
  private static double nearest(List<float[]> embeddings) {
    int[] train = ((Labels.Classes) TRAIN.labels()).values();
    int[] test = ((Labels.Classes) TEST.labels()).values();
    int width = embeddings.get(0).length / train.length;
    int correct = 0;
    for (int i = 0; i < test.length; i++) {
      int best = 0;
      double most = -2;
      for (int j = 0; j < train.length; j++) {
        double ab = 0;
        double bb = 0;
        for (int k = 0; k < width; k++) {
          double b = embeddings.get(0)[j * width + k];
          ab += embeddings.get(1)[i * width + k] * b;
          bb += b * b;
        }
        if (ab / Math.sqrt(bb) > most) {
          most = ab / Math.sqrt(bb);
          best = j;
        }
      }
      correct += train[best] == test[i] ? 1 : 0;
    }
    return correct / (double) test.length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"simclr", "moco", "byol", "dino"})
  void representationsTellClassesApart(String method) {
    String config =
        "{\"method\": \"%s\", \"epochs\": 4, \"batch\": 64, \"queue\": 150}".formatted(method);
    List<float[]> embeddings = embed(config);
    for (float value : embeddings.get(1)) {
      assertThat(value).isFinite();
    }
    assertThat(nearest(embeddings)).isGreaterThan(0.6);
    assertThat(embed(config).get(1)).as("same bits").isEqualTo(embeddings.get(1));
  }

  @Test
  void viewsStayInsideAndWholeOnesAreThePicture() {
    ImageShape image = new ImageShape(6, 5, 3);
    float[] x = new float[90];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 37 % 90) / 90f;
    }
    Philox4x64 random = new Philox4x64(new long[] {2});
    for (int draw = 0; draw < 300; draw++) {
      float[] view = new float[90];
      new Views(image, 0.2).draw(x, 0, view, 0, random);
      for (float value : view) {
        assertThat(value).isBetween(-0.4f, 1.4f + 0.4f);
      }
    }
  }

  @Test
  void refusesBadSettings() {
    for (String bad :
        List.of(
            "{\"method\": \"swav\"}",
            "{\"architecture\": \"vgg\"}",
            "{\"epochs\": 0}",
            "{\"x\": 1}")) {
      assertThatThrownBy(() -> embed(bad)).as(bad).isInstanceOf(BadInputException.class);
    }
  }
}
