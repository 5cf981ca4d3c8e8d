package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.bench.Peer;
import dev.whence.app.terminal.Common;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * zarr-python, numpy and scikit-learn read what Whence wrote, and Whence what numpy wrote
 * (peers/store).
 */
class InterchangeTest {

  @TempDir static Path folder;

  private static Peer python;

  @BeforeAll
  static void install() throws Exception {
    Process version = new ProcessBuilder("python3", "-m", "venv", "--help").start();
    org.junit.jupiter.api.Assumptions.assumeTrue(
        version.waitFor() == 0, "needs Python 3 with venv");
    python = Peer.open("store", new Common());
    python.bench(1, "write", folder.toString());
  }

  @Test
  void everyFormOfTheSameRunsGivesTheSameWeights() throws Exception {
    String[][] forms = {
      {"masks_bool.npy", "outputs_float32.npy"},
      {"masks_uint8.npy", "outputs_float16.npy"},
      {"masks_packed.npy", "outputs_float64.npy", "--units", "37"},
      {"masks_fortran.npy", "outputs_fortran.npy"},
    };
    for (String[] form : forms) {
      Path study = folder.resolve("study-" + form[0]);
      List<String> command =
          new java.util.ArrayList<>(
              List.of(
                  "import",
                  study.toString(),
                  "--masks",
                  path(form[0]),
                  "--outputs",
                  path(form[1]),
                  "-q"));
      command.addAll(List.of(form).subList(2, form.length));
      ok(command.toArray(String[]::new));
      ok("fit", study.toString(), "--folds", "5", "-q");
      String out = folder.resolve("out-" + form[0]).toString();
      for (String format : List.of("npy", "npz")) {
        ok("export", study.toString(), "--what", "weights", "--format", format, "--out", out);
      }
      ok("export", study.toString(), "--what", "masks,outputs", "--format", "npy", "--out", out);
      assertThat(python.bench(1, "study", study.toString(), out).path("runs").asInt())
          .isEqualTo(120);
      JsonNode weights = python.bench(1, "weights", folder.toString(), out);
      assertThat(weights.path("worst").asDouble()).isLessThan(1e-5);
    }
  }

  @Test
  void parquetIsWrittenByDuckDbFetchedOnDemand() throws Exception {
    Path study = folder.resolve("study-parquet");
    ok(
        "import",
        study.toString(),
        "--masks",
        path("masks_bool.npy"),
        "--outputs",
        path("outputs_float32.npy"),
        "-q");
    Path out = folder.resolve("parquet");
    ok(
        "export",
        study.toString(),
        "--what",
        "masks,outputs",
        "--format",
        "parquet",
        "--out",
        out.toString(),
        "-q");
    for (String name : List.of("masks", "outputs")) {
      byte[] file = Files.readAllBytes(out.resolve(name + ".parquet"));
      assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
    }
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void ok(String... args) {
    Whence.Result result = Whence.run(args);
    assertThat(result.code()).as("%s: %s", List.of(args), result.err()).isZero();
  }
}
