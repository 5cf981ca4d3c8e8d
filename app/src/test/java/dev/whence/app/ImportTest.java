package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ImportTest {

  @TempDir Path folder;

  private Path masks;
  private Path outputs;
  private Path study;

  @BeforeEach
  void goodFiles() throws IOException {
    Random random = new Random(1);
    masks = npy("masks.npy", DType.UINT8, i -> random.nextInt(2), 40, 11);
    outputs = npy("outputs.npy", DType.FLOAT32, i -> random.nextGaussian(), 40, 3);
    study = folder.resolve("study");
  }

  private Path npy(String name, DType dtype, IntToDoubleFunction value, long... shape)
      throws IOException {
    return NpyFiles.write(folder.resolve(name), dtype, value, shape);
  }

  private Whence.Result run(String... more) {
    String[] args = {
      "import", study.toString(), "--masks", masks.toString(), "--outputs", outputs.toString(), "-q"
    };
    return Whence.runWith(args, more);
  }

  private void refused(String expected, String... more) throws IOException {
    Whence.Result result = run(more);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("expected", expected);
    try (var left = Files.list(folder)) {
      assertThat(left.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("study")))
          .isEmpty();
    }
  }

  @Test
  void badInputIsOneLineAndLeavesNothing() throws IOException {
    outputs = npy("o.npy", DType.FLOAT32, i -> i == 7 ? Double.NaN : 1, 40, 3);
    refused("row 2, column 1: expected a finite float32, found NaN");
    outputs = npy("o.npy", DType.FLOAT64, i -> i == 0 ? 1e300 : 1, 40, 3);
    refused("a finite float32, found 1.0E300");
    outputs = npy("o.npy", DType.FLOAT32, i -> Double.POSITIVE_INFINITY, 40, 3);
    refused("found Infinity");
    outputs = npy("o.npy", DType.FLOAT32, i -> 1, 39, 3);
    refused("40 rows as in masks.npy, found 39");
    outputs = npy("o.npy", DType.INT64, i -> 1, 40, 3);
    refused("float16, float32 or float64, found int64");
    outputs = npy("o.npy", DType.FLOAT32, i -> 1, 40, 3, 1);
    refused("array of 2 dimension(s)");
    outputs = npy("o.npy", DType.FLOAT32, i -> 1, 40, 0);
    refused("non-empty");
  }

  @Test
  void badMasksAreRefused() throws IOException {
    masks = npy("m.npy", DType.UINT8, i -> i == 12 ? 2 : 1, 40, 11);
    refused("row 1, column 1: expected 0 or 1 (packed bits need --units), found 2");
    masks = npy("m.npy", DType.FLOAT32, i -> 1, 40, 11);
    refused("bool or uint8, found float32");
    masks = npy("m.npy", DType.BOOL, i -> 1, 40, 11);
    refused("uint8, found bool", "--units", "90");
    masks = npy("m.npy", DType.UINT8, i -> 255, 40, 2);
    refused("0 in the bits after unit 10", "--units", "11");
    masks = folder.resolve("absent.npy");
    refused("nothing there");
    masks = npy("m.npy", DType.BOOL, i -> 1, 0, 11);
    refused("non-empty");
  }

  @Test
  void headersThatLieAreRefused() throws IOException {
    byte[] good = Files.readAllBytes(masks);
    masks = folder.resolve("m.npy");
    Files.write(masks, Arrays.copyOf(good, good.length - 1));
    refused("440 bytes for uint8 of shape (40, 11), found 439 bytes");
    String text = new String(good, StandardCharsets.ISO_8859_1);
    Files.write(masks, text.replace("'|u1'", "'|O' ").getBytes(StandardCharsets.ISO_8859_1));
    refused("object array");
    Files.writeString(masks, "not numpy at all");
    refused("magic");
  }

  @Test
  void badTargetsInTrainAreRefused() throws IOException {
    Path bad = npy("t.npy", DType.INT64, i -> 11, 3);
    refused("a unit in 0…10 or -1, found 11", "--targets-in-train", bad.toString());
    bad = npy("t.npy", DType.INT64, i -> 1, 4);
    refused("3 integers, one a target", "--targets-in-train", bad.toString());
  }

  @Test
  void anExistingStudyIsNotTouched() throws IOException {
    assertThat(run().code()).isZero();
    Whence.Result again = run();
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("expected no study there yet");
    assertThat(study.resolve("study.json")).exists();
  }

  @Test
  void usageErrorsAreOneLineToo() {
    Whence.Result result = Whence.run("import", study.toString(), "--masks");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(Whence.run("nonsense").code()).isEqualTo(2);
  }

  @Test
  void edgeCasesAreHandled() throws IOException {
    // fewer runs than units; unit 0 never held, unit 1 always; a constant target, one dimension
    Random random = new Random(2);
    masks =
        npy(
            "m.npy",
            DType.UINT8,
            i -> i % 30 == 0 ? 0 : i % 30 == 1 ? 1 : random.nextInt(2),
            12,
            30);
    outputs = npy("o.npy", DType.FLOAT64, i -> 0.1, 12);
    assertThat(run().code()).isZero();
    Whence.Result fit = Whence.run("fit", study.toString(), "--json", "-q");
    assertThat(fit.code()).as(fit.err()).isZero();
    var summary = JsonMapper.shared().readTree(fit.out());
    assertThat(summary.path("targets").asInt()).isEqualTo(1);
    assertThat(summary.path("targetsAboveTolerance").asInt()).isZero();
    assertThat(Whence.run("evaluate", study.toString(), "--json", "-q").code()).isZero();
    assertThat(Whence.run("report", study.toString()).code()).isZero();
    Whence.Result similar = Whence.run("similar", study.toString(), "0", "--json");
    assertThat(JsonMapper.shared().readTree(similar.out()).path("positive").size()).isZero();
  }

  @Test
  void aTargetThatNoRunLacksIsReported() throws IOException {
    masks = npy("m.npy", DType.UINT8, i -> i % 11 == 4 ? 1 : (i * 7 / 3) % 2, 40, 11);
    Path inTrain = npy("t.npy", DType.INT64, i -> i == 0 ? 4 : -1, 3);
    assertThat(run("--targets-in-train", inTrain.toString()).code()).isZero();
    Whence.Result fit = Whence.run("fit", study.toString(), "--json", "-q");
    assertThat(fit.code()).as(fit.err()).isZero();
    assertThat(JsonMapper.shared().readTree(fit.out()).path("targetsWithoutRuns").asInt())
        .isEqualTo(1);
    assertThat(Whence.run("evaluate", study.toString(), "-q").code()).isZero();
  }
}
