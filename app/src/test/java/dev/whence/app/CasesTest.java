package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Inputs that people of the field have met, as public bug reports tell, and what is right. */
class CasesTest {

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Whence.Result ok(String... arguments) {
    Whence.Result result = Whence.run(arguments);
    assertThat(result.code()).as(String.join(" ", arguments) + "\n" + result.err()).isZero();
    return result;
  }

  private static String refused(String... arguments) {
    Whence.Result result = Whence.run(arguments);
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains("expected", "found");
    return result.err();
  }

  private void npy(String name, DType dtype, IntToDoubleFunction value, long... shape)
      throws IOException {
    NpyFiles.write(folder.resolve(name), dtype, value, shape);
  }

  @Test
  void labelsThatAreAllAlikeAreRefused() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 40; i++) {
      csv.append("%d,%d,x%n".formatted(i, i * i % 11));
    }
    Files.writeString(folder.resolve("d.csv"), csv);
    assertThat(refused("init", path("s"), "--data", path("d.csv"), "--learner", "softmax"))
        .contains("at least two that differ, found 'x' alone");
    assertThat(folder.resolve("s")).doesNotExist();
  }

  @Test
  void byteOrderMarksAreNoPartOfAName() throws IOException {
    String table = "label,a,b\n0,1,1.5\n1,2,2.5\n0,3,3.5\n";
    byte[] plain = table.getBytes(StandardCharsets.UTF_8);
    for (String mark : new String[] {"\ufeff"}) {
      Files.write(folder.resolve("utf8.csv"), (mark + table).getBytes(StandardCharsets.UTF_8));
      Files.write(folder.resolve("le.csv"), (mark + table).getBytes(StandardCharsets.UTF_16LE));
      Files.write(folder.resolve("be.csv"), (mark + table).getBytes(StandardCharsets.UTF_16BE));
    }
    Files.write(folder.resolve("plain.csv"), plain);
    String expected = ok("data", "info", path("plain.csv")).out();
    for (String name : new String[] {"utf8.csv", "le.csv", "be.csv"}) {
      assertThat(ok("data", "info", path(name)).out()).isEqualTo(expected);
    }
    Files.write(
        folder.resolve("latin.csv"), "a,label\n1,Bär\n2,x\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused("data", "info", path("latin.csv"))).contains("line 2", "--encoding");
    assertThat(ok("data", "info", path("latin.csv"), "--encoding", "ISO-8859-1").out())
        .contains("Bär");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NA", "n/a", "?"})
  void oneUnreadableLabelIsNoReasonForClasses(String odd) throws IOException {
    StringBuilder csv = new StringBuilder("a,label\n");
    for (int i = 1; i <= 40; i++) {
      csv.append("%d,%s%n".formatted(i, i == 6 ? odd : i + ".25"));
    }
    Files.writeString(folder.resolve("d.csv"), csv);
    assertThat(refused("data", "info", path("d.csv"))).contains("line 7", "column 'label'");
  }

  /** Rows of a store made in advance in which some workers never wrote. */
  @Test
  void unfinishedRowsAreRefusedOrLeftOut() throws IOException {
    Random random = new Random(1);
    boolean[] done = new boolean[60];
    for (int i = 0; i < 60; i++) {
      done[i] = random.nextDouble() < 0.8;
    }
    npy("m.npy", DType.BOOL, i -> done[i / 8] && random.nextBoolean() ? 1 : 0, 60, 8);
    npy("y.npy", DType.FLOAT16, i -> done[i / 3] ? 3 + random.nextGaussian() : 0, 60, 3);
    npy("done.npy", DType.BOOL, i -> done[i] ? 1 : 0, 60);
    String[] command = {"import", path("s"), "--masks", path("m.npy"), "--outputs", path("y.npy")};
    assertThat(refused(command)).contains("--completed");
    Whence.Result read = Whence.runWith(command, "--completed", path("done.npy"));
    assertThat(read.code()).as(read.err()).isZero();
    assertThat(read.err()).contains("left out: ", "8 units", "3 targets");
  }

  /** Summed log-likelihoods: float32 could not hold what runs make of them. */
  @Test
  void largeMeansAreTakenOffAndGivenBack() throws IOException {
    Random random = new Random(1);
    boolean[] masks = new boolean[300 * 10];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = random.nextBoolean();
    }
    npy("m.npy", DType.BOOL, i -> masks[i] ? 1 : 0, 300, 10);
    npy(
        "y.npy",
        DType.FLOAT64,
        i -> 1e8 + (masks[i * 10 + 3] ? 2 : 0) + 0.1 * random.nextGaussian(),
        300,
        1);
    Whence.Result read =
        ok("import", path("s"), "--masks", path("m.npy"), "--outputs", path("y.npy"));
    assertThat(read.err()).contains("the means of 1 targets were taken off");
    ok("fit", path("s"), "-q");
    ok("export", path("s"), "--what", "weights", "--out", path("w"));
    byte[] weight = Files.readAllBytes(folder.resolve("w/weight.npy"));
    byte[] bias = Files.readAllBytes(folder.resolve("w/bias.npy"));
    assertThat(DType.FLOAT32.get(MemorySegment.ofArray(weight).asSlice(weight.length - 40), 3))
        .isBetween(1.9, 2.1);
    assertThat(DType.FLOAT64.get(MemorySegment.ofArray(bias).asSlice(bias.length - 8), 0))
        .isBetween(1e8 - 0.5, 1e8 + 0.5);
  }

  @Test
  void noiseHasNoSkill() throws IOException {
    Random random = new Random(0);
    npy("m.npy", DType.BOOL, i -> random.nextBoolean() ? 1 : 0, 100, 400);
    npy("y.npy", DType.FLOAT32, i -> random.nextGaussian(), 100, 30);
    ok("import", path("s"), "--masks", path("m.npy"), "--outputs", path("y.npy"), "-q");
    ok("fit", path("s"), "-q");
    JsonNode lds =
        JsonMapper.shared()
            .readTree(ok("evaluate", path("s"), "--json", "-q").out())
            .path("scores")
            .path("lds");
    assertThat(lds.path("low").asDouble()).isLessThanOrEqualTo(0);
    assertThat(lds.path("high").asDouble()).isGreaterThanOrEqualTo(0);
  }

  /** A curator finds the row that an answer speaks of; markup in names stays text. */
  @Test
  void rowsAreNamedByNamePlaceAndGroup() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("name,group,a,b,label\n");
    for (int i = 0; i < 120; i++) {
      csv.append(
          "<i>customer</i>-%03d,clinic %d,%f,%f,%s%n"
              .formatted(
                  i,
                  i % 4,
                  i % 2 + random.nextGaussian(),
                  random.nextGaussian(),
                  i % 2 == 0 ? "no" : "yes"));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    ok("init", path("s"), "--data", path("rows.csv"), "--learner", "logistic", "--repeats", "20x1");
    ok("train", path("s"), "--models", "300", "-q");
    ok("fit", path("s"), "-q");
    String judged = ok("evaluate", path("s"), "-q").out();
    assertThat(judged).contains("Judged on 20 subsets that no datamodel has seen, one model");
    ok("report", path("s"));
    assertThat(ok("similar", path("s"), "0").out())
        .containsPattern("unit \\d+  <i>customer</i>-\\d+  (yes|no)  group clinic \\d  line \\d+");
    JsonNode first =
        JsonMapper.shared()
            .readTree(ok("similar", path("s"), "0", "--json").out())
            .path("positive")
            .path(0);
    assertThat(first.path("name").asString()).startsWith("<i>customer");
    int line = Integer.parseInt(first.path("place").asString().substring("line ".length()));
    assertThat(csv.toString().lines().toList().get(line - 1))
        .startsWith(first.path("name").asString() + ",");
    assertThat(Files.readString(folder.resolve("s/report/index.html")))
        .contains("&lt;i&gt;customer", "unit ")
        .doesNotContain("<i>customer");
  }

  /** Five sources, two or three of them in, make ten subsets: fresh ones are not unseen. */
  @Test
  void fewGroupsAreJudgedByLeavingSubsetsOut() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("group,a,label\n");
    for (int i = 0; i < 100; i++) {
      double a = i % 2 + random.nextGaussian();
      csv.append("source %d,%f,%s%n".formatted(i % 5, a, (i % 2 == 0) ^ (i % 5 == 2) ? "x" : "y"));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    ok(
        "init",
        path("s"),
        "--data",
        path("rows.csv"),
        "--unit",
        "group",
        "--learner",
        "logistic",
        "--repeats",
        "10x2");
    ok("train", path("s"), "--models", "60", "-q");
    ok("fit", path("s"), "-q");
    assertThat(ok("evaluate", path("s"), "-q").out())
        .contains("Of the 10 subsets that judge", "the pool had 10 too");
  }

  @Test
  void severalArraysGoIntoOneArchive() throws IOException {
    Random random = new Random(0);
    npy("m.npy", DType.BOOL, i -> random.nextBoolean() ? 1 : 0, 60, 5);
    npy("y.npy", DType.FLOAT32, i -> random.nextGaussian(), 60, 2);
    ok("import", path("s"), "--masks", path("m.npy"), "--outputs", path("y.npy"), "-q");
    ok("fit", path("s"), "-q");
    ok(
        "export",
        path("s"),
        "--what",
        "weights,bias,lambda,weights",
        "--format",
        "npz",
        "--out",
        path("o"));
    try (ZipFile zip = new ZipFile(folder.resolve("o/whence.npz").toFile())) {
      assertThat(zip.stream().map(e -> e.getName()).toList())
          .containsExactlyInAnyOrder("weight.npy", "bias.npy", "lam.npy");
    }
  }

  @Test
  void misspeltWordsAreAnsweredWithTheRightOnes() {
    assertThat(Whence.run("evalaute", "S").err()).contains("did you mean evaluate?");
    assertThat(Whence.run("fit", "S", "--estimatr", "ridge").err())
        .contains("did you mean --estimator?");
    assertThat(Whence.run("info", "gradient-bosting").err())
        .contains("did you mean gradient-boosting?");
    assertThat(ok("info", "knn").out()).contains("--set k=… [5]", "whole number, at least 1");
  }

  @Test
  void kernelsThatDoNotExistAreRefused() {
    System.setProperty("whence.kernels", "avx9");
    try {
      assertThat(refused("info")).contains("-Dwhence.kernels", "found avx9");
    } finally {
      System.clearProperty("whence.kernels");
    }
  }

  @Test
  void pickledCifarIsToldWhatToDo() throws IOException {
    for (int i = 1; i <= 5; i++) {
      Files.write(folder.resolve("data_batch_" + i), new byte[] {(byte) 0x80, 2});
    }
    assertThat(refused("data", "info", folder.toString())).contains("binary", "docs/formats.md");
  }
}
