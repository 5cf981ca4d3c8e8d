package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Methods beside datamodels, as a user asks for them. */
class AttributeCommandsTest {

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
        "16x2");
    ok("train", study, "--models", "200", "-q");
  }

  private static String ok(String... args) {
    Whence.Result result = Whence.run(args);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private static Whence.Result refused(String... args) {
    Whence.Result result = Whence.run(args);
    assertThat(result.code()).as(String.join(" ", args)).isEqualTo(2);
    assertThat(result.err().lines().count()).as(result.err()).isEqualTo(1);
    return result;
  }

  @Test
  void methodsAreListedPlannedAndRun() {
    assertThat(ok("attribute")).contains("trak", "tracin", "ek-fac", "--set models=10");
    assertThat(ok("attribute", study, "--method", "trak", "--plan", "-q"))
        .contains("10 models to train", "MB of memory");
    assertThat(ok("attribute", study, "--method", "pixels", "-q")).contains("ranks only");
    ok("attribute", study, "--method", "grad-dot", "--name", "products", "-q");
    assertThat(ok("evaluate", study, "--scores", "pixels,products", "-q"))
        .contains("pixels", "products", "ceiling");
    assertThat(ok("similar", study, "3", "--scores", "products")).contains("products");
    String prior = "prior-lasso";
    ok("fit", study, "--estimator", prior, "--prior", "products", "--name", "p", "-q");
    assertThat(ok("evaluate", study, "--scores", "p", "-q")).contains("p ");
    refused("fit", study, "--estimator", prior, "--name", "p2");
    refused("fit", study, "--prior", "products", "--name", "p2");
    refused("fit", study, "--estimator", prior, "--prior", "nothing", "--name", "p2");
    refused("attribute", study, "--method", "trakk");
    refused("attribute", study, "--method", "trak", "--set", "models=0");
    refused("attribute", study);
    refused("attribute", study, "--method", "esvm", "--set", "features=/no/where");
    assertThat(Path.of(study, "scores", "esvm")).doesNotExist();
    ok("fit", study, "--estimator", prior, "--prior", "products", "-q");
    assertThat(ok("evaluate", study, "-q")).contains("LDS");
    refused("attribute", study, "--method", "pixels", "--name", "datamodels");
  }

  @Test
  void aLeaderboardJudgesAllOnTheSameSubsets() throws IOException {
    ok("fit", study, "--estimator", "ridge", "--no-cross-validate", "-q");
    ok("evaluate", study, "-q");
    JsonNode board =
        JsonMapper.shared()
            .readTree(
                ok(
                    "leaderboard",
                    study,
                    "--methods",
                    "random,tracin,same-class",
                    "--models",
                    "1,2",
                    "--json",
                    "-q"));
    List<String> names =
        board.path("rows").valueStream().map(r -> r.path("scores").asString()).toList();
    assertThat(names).contains("random", "tracin-1", "tracin-2", "same-class");
    assertThat(names).anyMatch(n -> n.startsWith("datamodels"));
    assertThat(board.path("subsets").asInt()).isEqualTo(16);
    double random =
        board
            .path("rows")
            .valueStream()
            .filter(r -> r.path("scores").asString().equals("random"))
            .findFirst()
            .orElseThrow()
            .path("lds")
            .path("low")
            .asDouble();
    assertThat(random).as("noise has no skill").isNegative();
    ok("report", study);
    assertThat(Files.readString(Path.of(study, "report/index.html"))).contains("id='leaderboard'");
    refused("leaderboard", study, "--methods", "magic");
    refused("leaderboard", study, "--models", "0");
  }

  @Test
  void supportsAndPointsAreKeptAndDrawn() throws IOException {
    ok("fit", study, "--estimator", "ridge", "--no-cross-validate", "-q");
    ok("evaluate", study, "-q");
    ok("support", study, "--targets", "1-6", "--controls", "10", "--up-to", "60", "-q");
    String more =
        ok("support", study, "--targets", "7-9", "--controls", "10", "--up-to", "60", "-q");
    assertThat(more).contains("3 targets");
    ok(
        "support",
        study,
        "--targets",
        "1-9",
        "--controls",
        "10",
        "--up-to",
        "60",
        "--method",
        "predicted",
        "-q");
    ok(
        "counterfactuals",
        study,
        "--targets",
        "1-6",
        "--sets",
        "top:10..40,random:20",
        "--verify",
        "2",
        "--controls",
        "10",
        "-q");
    assertThat(Files.readString(Path.of(study, "supports/sequential.json")))
        .contains("\"target\" : 1", "\"target\" : 9");
    ok("report", study);
    assertThat(Files.readString(Path.of(study, "report/index.html")))
        .contains(
            "id='supports'",
            "id='change-by-size'",
            "id='change-of-single-targets'",
            "area under the CDF");
    refused("export", study, "--what", "points", "--out", "" + folder.resolve("e"));
    refused("support", study, "--target", "1", "--method", "guided", "--rate", "0.1");
  }

  @Test
  void figuresOfThePapersAreMade() throws IOException {
    String out = folder.resolve("r").toString();
    assertThat(ok("reproduce")).contains("figure-8", "table-d3", "figure-b1");
    ok("reproduce", "figure-15", "--out", out);
    assertThat(Files.exists(Path.of(out, "figure-15/figure-15-a20.svg"))).isTrue();
    ok("reproduce", "figure-b1", "--subsets", "1000", "--out", out, "-q");
    assertThat(Files.exists(Path.of(out, "figure-b1/figure-b1.svg"))).isTrue();
    String plan = ok("reproduce", "figure-8", "--plan", "--out", out, "-q", "--set", "epochs=1");
    assertThat(plan).contains("whence train", "whence counterfactuals", "of training on");
    assertThat(Files.exists(Path.of(out, "study"))).isFalse();
    refused("reproduce", "figure-99");
    refused("reproduce", "figure-15", "--plan");
  }
}
