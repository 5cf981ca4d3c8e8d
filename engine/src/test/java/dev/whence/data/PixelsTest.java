package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with PIL on the pictures that {@code peers/fixtures/images.py} makes. */
class PixelsTest {

  private static final Map<String, byte[]> FILES = new HashMap<>();

  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(PixelsTest.class.getResourceAsStream("/fixtures/images.zip"));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        FILES.put(entry.getName(), zip.readAllBytes());
      }
    }
  }

  /** Kinds that PIL reads and Java does not read exactly: refused by name. */
  private static boolean isBeyondJava(JsonNode picture) {
    String file = picture.path("file").asString();
    return file.contains("webp-lossy") || file.contains("animated-lossy") || picture.has("known");
  }

  @Test
  void everyPictureIsPilsOrRefused() throws IOException {
    JsonNode manifest = JsonMapper.shared().readTree(FILES.get("manifest.json"));
    List<String> wrong = new ArrayList<>();
    int read = 0;
    int refused = 0;
    for (JsonNode picture : manifest) {
      String file = picture.path("file").asString();
      if (picture.path("kind").asString().equals("any")) {
        continue; // damage outside of the pixels
      }
      boolean refuse = picture.path("kind").asString().equals("refuse") || isBeyondJava(picture);
      try {
        Pixels pixels = Pixels.read(FILES.get(file));
        int difference = refuse ? 999 : difference(pixels, picture);
        // JPEG's decoders may differ by a level more.
        int tolerance = Math.min(3, picture.path("tolerance").asInt());
        if (refuse || difference > tolerance) {
          wrong.add("%s: read, difference %d".formatted(file, difference));
        }
        read++;
      } catch (IOException e) {
        assertThat(e.getMessage()).as(file).isNotBlank();
        if (!refuse) {
          wrong.add("%s: refused, %s".formatted(file, e.getMessage()));
        }
        refused++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(read).isGreaterThan(90);
    assertThat(refused).isGreaterThan(40);
  }

  private static int difference(Pixels pixels, JsonNode picture) {
    NpyArray expected =
        NpyArray.parse(
            "expected", MemorySegment.ofArray(FILES.get(picture.path("expected").asString())));
    boolean grey = picture.path("kind").asString().equals("grey");
    if (pixels.grey() != grey
        || pixels.height() != expected.shape()[0]
        || pixels.width() != expected.shape()[1]) {
      return 999;
    }
    int worst = 0;
    for (int p = 0; p < pixels.height() * pixels.width(); p++) {
      for (int c = 0; c < (grey ? 1 : 3); c++) {
        long column = grey ? p % pixels.width() : (long) (p % pixels.width()) * 3 + c;
        int level = (int) expected.get(p / pixels.width(), column);
        worst = Math.max(worst, Math.abs(level - pixels.level(p, c)));
      }
    }
    return worst;
  }

  /** Whatever is in a file, nothing but a refusal comes out. */
  @Test
  void damageIsNoCrash() throws IOException {
    long seed = Long.getLong("whence.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> pictures =
        FILES.keySet().stream().filter(f -> !f.endsWith(".npy")).sorted().toList();
    for (int i = 0; i < 400; i++) {
      String file = pictures.get(random.nextInt(pictures.size()));
      byte[] bytes = FILES.get(file).clone();
      for (int k = 0; k < 4 && bytes.length > 0; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        JpegHeader.of(bytes);
        Pixels.read(bytes);
      } catch (IOException e) {
        assertThat(e.getMessage()).as("%s, seed %d", file, seed).isNotBlank();
      }
    }
  }

  @Test
  void textIsNoImage() {
    assertThatThrownBy(() -> Pixels.read("<html>not found</html>".getBytes()))
        .hasMessage("other content");
  }
}
