package dev.whence.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.Whence;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RegressionBenchTest {

  @TempDir Path folder;

  private Whence.Result run(String... more) {
    String study = folder.resolve("study").toString();
    String[] args = {
      "bench", "regression", "--folder", study, "--no-peers", "--scale", "0.002", "-q"
    };
    return Whence.runWith(args, more);
  }

  @Test
  void targetsInSAreOthersOnTheSameCounts() {
    JsonNode both = read(run("--in-train"));
    JsonNode inTrain = both.path("inTrain");
    assertThat(both.path("gapsAboveTolerance").asInt(-1)).isZero();
    assertThat(inTrain.path("gapsAboveTolerance").asInt(-1)).isZero();
    assertThat(inTrain.path("explainedVariance")).isNotEqualTo(both.path("explainedVariance"));
    assertThat(inTrain.path("operationsPerSecond").path("fittingTargets").asDouble()).isPositive();

    JsonNode again = read(run());
    assertThat(again.path("explainedVariance")).isEqualTo(both.path("explainedVariance"));
  }

  @Test
  void moreTargetsThanUnitsAreRefused() {
    Whence.Result result = run("--in-train", "--targets", "101");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("--targets").contains("at most 100").contains("101");
    assertThat(folder.resolve("study")).doesNotExist();
  }

  private static JsonNode read(Whence.Result result) {
    assertThat(result.code()).as(result.err()).isZero();
    return JsonMapper.shared().readTree(result.out());
  }
}
