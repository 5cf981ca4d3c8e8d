package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions about changed training sets, as a user asks them. */
class WhatIfCommandsTest {

  @TempDir Path folder;

  private String study;

  @BeforeEach
  void smallStudy() {
    study = folder.resolve("s").toString();
    ok(
        "init",
        study,
        "--data",
        "bundled",
        "--learner",
        "softmax",
        "--set",
        "epochs=2",
        "--repeats",
        "8x3");
    ok("train", study, "--models", "200", "-q");
    ok("fit", study, "--estimator", "ridge", "--no-cross-validate", "-q");
  }

  private static String ok(String... args) {
    Whence.Result result = Whence.run(args);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private static JsonNode json(String... args) {
    return JsonMapper.shared().readTree(ok(args));
  }

  private String whatIf(String... more) {
    Whence.Result result = Whence.runWith(new String[] {"whatif", study, "-q"}, more);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void answersHaveWhatIsPromised() throws IOException {
    JsonNode predicted =
        JsonMapper.shared().readTree(whatIf("--targets", "3,7-8", "--remove", "top:20", "--json"));
    assertThat(predicted.isArray()).isTrue();
    assertThat(predicted.size()).isEqualTo(3);
    JsonNode first = predicted.get(0);
    assertThat(first.propertyNames())
        .containsExactly("target", "predicted", "margin", "measured", "agrees");
    assertThat(first.path("predicted").propertyNames()).containsExactly("value", "low", "high");
    assertThat(first.path("predicted").path("value").asDouble()).isNegative();
    assertThat(first.path("measured").isNull()).isTrue();
    assertThat(first.path("agrees").isNull()).isTrue();
    JsonNode verified =
        JsonMapper.shared()
            .readTree(
                whatIf(
                    "--targets",
                    "3",
                    "--remove",
                    "top:20",
                    "--verify",
                    "4",
                    "--controls",
                    "10",
                    "--json"));
    JsonNode measured = verified.get(0).path("measured");
    assertThat(measured.propertyNames()).containsExactly("value", "standardError", "models");
    assertThat(measured.path("models").asInt()).isEqualTo(4);
    JsonNode margin = verified.get(0).path("margin");
    JsonNode change = verified.get(0).path("predicted");
    double before = margin.path("value").asDouble() - change.path("value").asDouble();
    assertThat(before).isBetween(-20.0, 20.0);
    // The same units as a file, and as a query that means as much, give the same answer.
    Path file = folder.resolve("units.txt");
    Files.writeString(file, "5\n17\n1999\n");
    String byFile = whatIf("--target", "3", "--remove", "" + file, "--verify", "3", "--json");
    assertThat(byFile)
        .isEqualTo(whatIf("--target", "3", "--remove", "" + file, "--verify", "3", "--json"));
    JsonNode coats =
        JsonMapper.shared()
            .readTree(
                whatIf("--targets", "3,4", "--remove", "label=Coat", "--verify", "2", "--json"));
    assertThat(coats.get(1).path("measured").path("standardError").asDouble()).isPositive();
    assertThat(whatIf("--target", "3", "--relabel", "top:5", "--to", "Bag", "--verify", "2"))
        .contains("relabel top:5", "measured");
    assertThat(whatIf("--target", "3", "--keep", "random:900", "--subsets")).contains("predicted");
  }

  @Test
  void supportsHaveWhatIsPromised() {
    JsonNode supports =
        json(
            "support",
            study,
            "--targets",
            "sample:6",
            "--controls",
            "10",
            "--up-to",
            "60",
            "--json",
            "-q");
    assertThat(supports.size()).isEqualTo(6);
    assertThat(supports.get(0).propertyNames())
        .containsExactly("target", "size", "units", "verified", "marginAfter", "modelsTrained");
    for (JsonNode support : supports) {
      if (support.path("verified").asBoolean() && support.path("size").asInt() > 0) {
        assertThat(support.path("marginAfter").asDouble()).isNegative();
      }
    }
    assertThat(
            ok(
                "support",
                study,
                "--targets",
                "1,2",
                "--method",
                "bisection",
                "--scores",
                "near",
                "--controls",
                "10",
                "--up-to",
                "20",
                "-q"))
        .contains("2 targets");
  }

  @Test
  void aCorrectionIsLearntAndUsed() {
    String table =
        ok(
            "counterfactuals",
            study,
            "--targets",
            "sample:20",
            "--sets",
            "top:10,bottom:10,random:100,top:40",
            "--verify",
            "3",
            "--controls",
            "10",
            "-q");
    assertThat(table).contains("top:10", "all", "corrected");
    String before = whatIf("--target", "3", "--remove", "top:20");
    ok("train", study, "--models", "210", "-q");
    ok("fit", study, "--estimator", "ridge", "--no-cross-validate", "-q");
    assertThat(before).isNotEqualTo(whatIf("--target", "3", "--remove", "top:20"));
  }

  @Test
  void whatCannotBeIsRefusedInOneLine() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    for (List<String> wrong :
        List.of(
            List.of("whatif", study, "--target", "500", "--remove", "top:5"),
            List.of("whatif", study, "--target", "0", "--remove", "top:0"),
            List.of("whatif", study, "--target", "0", "--remove", "top:2000"),
            List.of("whatif", study, "--target", "0", "--remove", "tip:5"),
            List.of("whatif", study, "--target", "0", "--remove", "label=Hat"),
            List.of("whatif", study, "--target", "0", "--remove", "" + empty),
            List.of("whatif", study, "--target", "0", "--remove", "top:5", "--to", "Bag"),
            List.of("whatif", study, "--target", "0", "--remove", "top:5", "--verify", "1"),
            List.of(
                "whatif",
                study,
                "--target",
                "0",
                "--relabel",
                "top:5",
                "--to",
                "Hat",
                "--verify",
                "2"),
            List.of("whatif", study, "--target", "0", "--remove", "top:5", "--scores", "trak"),
            List.of("support", study, "--target", "0", "--method", "magic"),
            List.of("support", study, "--target", "0", "--up-to", "2000"),
            List.of("support", study, "--target", "0", "--rate", "0"),
            List.of("support", study, "--target", "0", "--method", "exhaustive"),
            List.of("counterfactuals", study, "--targets", "sample:5", "--verify", "1"))) {
      Whence.Result result = Whence.run(wrong.toArray(String[]::new));
      assertThat(result.code()).as(wrong + result.err()).isEqualTo(2);
      assertThat(result.err().lines().filter(l -> !l.contains("models")))
          .as(wrong.toString())
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void importedRunsArePredictedOnly() throws IOException {
    Random random = new Random(3);
    int[] held = random.ints(200 * 12, 0, 2).toArray();
    double[] outputs = new double[200 * 3];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = 2 * held[i / 3 * 12 + 4] + 0.1 * random.nextGaussian();
    }
    Path masks = NpyFiles.write(folder.resolve("m.npy"), DType.UINT8, i -> held[i], 200, 12);
    Path values = NpyFiles.write(folder.resolve("o.npy"), DType.FLOAT32, i -> outputs[i], 200, 3);
    String imported = folder.resolve("i").toString();
    ok("import", imported, "--masks", "" + masks, "--outputs", "" + values, "-q");
    ok("fit", imported, "-q");
    JsonNode answer = json("whatif", imported, "--target", "1", "--remove", "top:1", "--json");
    assertThat(answer.get(0).path("predicted").path("value").asDouble()).isCloseTo(-2, within(0.1));
    for (List<String> refused :
        List.of(
            List.of("whatif", imported, "--target", "1", "--remove", "top:1", "--verify", "5"),
            List.of("whatif", imported, "--target", "1", "--relabel", "top:1"),
            List.of("support", imported, "--target", "1"),
            List.of("counterfactuals", imported, "--targets", "all"))) {
      Whence.Result result = Whence.run(refused.toArray(String[]::new));
      assertThat(result.code()).as(refused.toString()).isEqualTo(2);
      assertThat(result.err()).contains("imported runs");
    }
  }
}
