package dev.whence.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.data.Features;
import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.data.Preprocessing;
import dev.whence.learn.Backbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings are PyTorch's (peers/fixtures/backbones.py). */
class OnnxBackboneTest {

  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final Preprocessing IMAGENET =
      new Preprocessing(
          3, 12, 12, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  @TempDir Path folder;

  @Test
  void embedsAsPyTorchDoes() {
    Map<String, NpyArray> fixture = Npz.read(FIXTURES.resolve("backbone.npz"));
    Features x = new Features(3, new int[] {7, 5}, fixture.get("x").toFloats(), true);
    try (Backbone backbone = Backbone.open(FIXTURES.resolve("backbone.onnx"), 2)) {
      float[] all = backbone.apply(IMAGENET.apply(x, 0, 3), 3, 3, 12, 12);
      assertThat(all).containsExactly(fixture.get("embeddings").toFloats(), within(1e-5f));
      float[] last = backbone.apply(IMAGENET.apply(x, 2, 3), 1, 3, 12, 12);
      assertThat(last).hasSize(6);
      assertThat(last[5]).isCloseTo(all[17], within(1e-5f));
      assertThatThrownBy(() -> backbone.apply(new float[2 * 144], 1, 2, 12, 12))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("pictures 2 × 12 × 12");
    }
  }

  @Test
  void refusesWhatIsNoNetwork() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.onnx"), "not a network");
    assertThatThrownBy(() -> Backbone.open(file, 1)).isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> Backbone.open(folder.resolve("none.onnx"), 1))
        .hasMessageContaining("nothing there");
    assertThatThrownBy(() -> Backbone.open(folder.resolve("net.h5"), 1))
        .hasMessageContaining("onnx");
  }
}
