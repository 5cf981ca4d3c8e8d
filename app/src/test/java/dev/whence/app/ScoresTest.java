package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scores side by side: planted ones reach what they should, noise has no skill. */
class ScoresTest {

  private static final int RUNS = 200;
  private static final int UNITS = 12;
  private static final int TARGETS = 5;

  @TempDir Path folder;

  private Path study;

  /** The effect of unit {@code j} on target {@code t}. */
  private static double weight(int t, int j) {
    return (t + j) % 4 == 0 ? 1 + t : 0;
  }

  @BeforeEach
  void plantedRuns() throws IOException {
    Random random = new Random(1);
    int[][] held = new int[RUNS][UNITS];
    double[] outputs = new double[RUNS * TARGETS];
    for (int i = 0; i < RUNS; i++) {
      for (int j = 0; j < UNITS; j++) {
        held[i][j] = random.nextInt(2);
      }
      for (int t = 0; t < TARGETS; t++) {
        double output = 0.1 * random.nextGaussian();
        for (int j = 0; j < UNITS; j++) {
          output += held[i][j] * weight(t, j);
        }
        outputs[i * TARGETS + t] = output;
      }
    }
    Path masks = npy("m", DType.UINT8, i -> held[i / UNITS][i % UNITS], RUNS, UNITS);
    Path values = npy("o", DType.FLOAT32, i -> outputs[i], RUNS, TARGETS);
    study = folder.resolve("study");
    ok(Whence.run("import", path(), "--masks", "" + masks, "--outputs", "" + values, "-q"));
    ok(Whence.run("fit", path(), "-q"));
    npy("planted", DType.FLOAT32, i -> weight(i / UNITS, i % UNITS), TARGETS, UNITS);
    npy("turned", DType.FLOAT64, i -> weight(i % TARGETS, i / TARGETS), UNITS, TARGETS);
    npy("bias", DType.FLOAT64, i -> 0, TARGETS);
    Random noise = new Random(2);
    npy("noise", DType.FLOAT32, i -> noise.nextGaussian(), TARGETS, UNITS);
  }

  private String path() {
    return study.toString();
  }

  private Path npy(String name, DType dtype, IntToDoubleFunction value, long... shape)
      throws IOException {
    return NpyFiles.write(folder.resolve(name + ".npy"), dtype, value, shape);
  }

  private Whence.Result importScores(String name, String file, String... more) {
    String[] args = {
      "import-scores", path(), "--name", name, "--scores", folder.resolve(file + ".npy").toString()
    };
    return Whence.runWith(args, more);
  }

  private static Whence.Result ok(Whence.Result result) {
    assertThat(result.code()).as(result.err()).isZero();
    return result;
  }

  private JsonNode evaluate(String names) {
    Whence.Result result = ok(Whence.run("evaluate", path(), "--scores", names, "--json", "-q"));
    return JsonMapper.shared().readTree(result.out());
  }

  @Test
  void plantedScoresAreJudgedAboveNoise() {
    ok(importScores("planted", "planted"));
    ok(importScores("turned", "turned", "--transposed"));
    ok(importScores("noise", "noise"));
    ok(importScores("whole", "planted", "--bias", folder.resolve("bias.npy").toString()));
    JsonNode judged = evaluate("planted,turned,noise,whole");
    assertThat(judged.at("/planted/lds/value").asDouble()).isGreaterThan(0.9);
    assertThat(judged.at("/turned/lds")).isEqualTo(judged.at("/planted/lds"));
    assertThat(judged.at("/noise/lds/low").asDouble()).isNegative();
    assertThat(judged.at("/planted/mse").isNull()).isTrue(); // they only rank
    assertThat(judged.at("/planted/heldOut/kind").asString()).isEqualTo("pool");
    assertThat(judged.at("/whole/mse/value").asDouble()).isCloseTo(0.005, within(0.001));
  }

  @Test
  void fitsStandSideBySide() throws IOException {
    ok(Whence.run("fit", path(), "--name", "half", "--models", "100", "-q"));
    ok(Whence.run("fit", path(), "--name", "ridge", "--estimator", "ridge", "-q"));
    JsonNode judged = evaluate("datamodels,half,ridge");
    for (String name : new String[] {"datamodels", "half", "ridge"}) {
      assertThat(judged.at("/" + name + "/lds/value").asDouble()).as(name).isGreaterThan(0.85);
    }
    assertThat(judged.at("/half/heldOut/subsets").asInt()).isEqualTo(100);
    Whence.Result similar =
        ok(Whence.run("similar", path(), "1", "--scores", "datamodels,half", "--json"));
    JsonNode neighbours = JsonMapper.shared().readTree(similar.out());
    assertThat(neighbours.at("/half/positive/0/weight").asDouble()).isCloseTo(2, within(0.2));
    ok(Whence.run("report", path(), "--scores", "datamodels,half"));
    assertThat(Files.readString(study.resolve("report/index.html"))).contains("<b>half</b>");
  }

  @Test
  void whatIsExportedIsWhatCameIn() throws IOException {
    ok(importScores("planted", "planted"));
    Path out = folder.resolve("out");
    ok(Whence.run("export", path(), "--what", "weights", "--scores", "planted", "--out", "" + out));
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      var weights = dev.whence.data.NpyArray.map(out.resolve("planted-weight.npy"), arena);
      assertThat(weights.shape()).containsExactly(UNITS, TARGETS);
      for (int i = 0; i < UNITS * TARGETS; i++) {
        assertThat(weights.get(i / TARGETS, i % TARGETS))
            .isEqualTo(weight(i % TARGETS, i / TARGETS));
      }
    }
  }

  @Test
  void badScoresAreOneLineAndLeaveNothing() throws IOException {
    refused(importScores("s", "turned"), "--transposed?");
    refused(importScores("datamodels", "planted"), "a name that no fit has");
    refused(importScores("../up", "planted"), "letters");
    npy("nan", DType.FLOAT32, i -> i == 7 ? Double.NaN : 0, TARGETS, UNITS);
    refused(importScores("s", "nan"), "[0, 7]");
    npy("no-bias", DType.FLOAT64, i -> i == 2 ? Double.NaN : 0, TARGETS);
    String bias = folder.resolve("no-bias.npy").toString();
    refused(importScores("s", "planted", "--bias", bias), "[2, 0]");
    refused(importScores("s", "planted", "--output", "loss"), "one of [output]");
    refused(Whence.run("evaluate", path(), "--scores", "s"), "one of datamodels");
    refused(Whence.run("report", path(), "--scores", "datamodels"), "whence evaluate --scores");
    refused(Whence.run("fit", path(), "--name", "x", "--models", "201", "-q"), "1 to 200");
    assertThat(study.resolve("scores")).doesNotExist();
  }

  private static void refused(Whence.Result result, String expected) {
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("expected", expected);
  }
}
