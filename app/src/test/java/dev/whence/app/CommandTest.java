package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.stack.OptionalStack;
import dev.whence.learn.network.NetworkConfig;
import dev.whence.pool.StudyConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandTest {

  @TempDir Path folder;

  @Test
  void aSmallStudyGoesFromDataToReport() throws IOException {
    String study = folder.resolve("s").toString();
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
        "6x3");
    ok("train", study, "--models", "150", "-q", "--threads", "2");
    JsonNode fit =
        JsonMapper.shared()
            .readTree(
                ok(
                    "fit",
                    study,
                    "--lambdas",
                    "20",
                    "--no-cross-validate",
                    "--tolerance",
                    "1e-6",
                    "--json",
                    "-q"));
    assertThat(fit.path("targets").asInt()).isEqualTo(500);
    JsonNode evaluation = JsonMapper.shared().readTree(ok("evaluate", study, "--json", "-q"));
    assertThat(evaluation.path("heldOut").path("kind").asString()).isEqualTo("repeats");
    JsonNode lds = evaluation.path("scores").path("lds");
    assertThat(lds.path("low").asDouble()).isLessThan(lds.path("value").asDouble());
    assertThat(evaluation.path("scores").path("opt").path("value").asDouble()).isPositive();
    assertThat(ok("similar", study, "3", "--top", "2"))
        .contains("target 3")
        .containsAnyOf("raise the output most:", "no unit has a weight");
    assertThat(ok("report", study)).contains("index.html");
    String page = Files.readString(folder.resolve("s/report/index.html"));
    assertThat(page)
        .doesNotContainPattern("(src|href)=['\"](?!data:)")
        .contains("<svg", "data:image/png");
    ok(
        "export",
        study,
        "--what",
        "bias,lambda",
        "--format",
        "npz",
        "--out",
        folder.resolve("out").toString());
    assertThat(folder.resolve("out/whence.npz")).exists();
  }

  @Test
  void groupsOfATableCanBeUnitsAndItsRowsTargets() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,source,group,label\n");
    for (int i = 0; i < 60; i++) {
      csv.append("%d,%d,%d,g%d,%s\n".formatted(i % 7, i % 5, i, i % 12, i % 7 > 3 ? "up" : "down"));
    }
    Path table = Files.writeString(folder.resolve("t.csv"), csv);
    String study = folder.resolve("s").toString();
    ok(
        "init",
        study,
        "--data",
        table.toString(),
        "--unit",
        "group",
        "--train-targets",
        "--learner",
        "softmax",
        "--repeats",
        "4x2");
    ok("train", study, "--models", "80", "-q");
    JsonNode fit =
        JsonMapper.shared().readTree(ok("fit", study, "--no-cross-validate", "--json", "-q"));
    assertThat(fit.path("units").asInt()).isEqualTo(12);
    assertThat(fit.path("targets").asInt()).isEqualTo(60);
    Whence.Result slip = Whence.run("train", study, "--models", "99999999999");
    assertThat(slip.code()).isEqualTo(2);
    assertThat(slip.err().lines()).hasSize(1);
    assertThat(Whence.run("train", study, "--models", "10").err()).contains("none is taken off");
    ok("evaluate", study, "-q");
    assertThat(ok("similar", study, "59"))
        .contains("target 59")
        .containsAnyOf("raise the output most:", "no unit has a weight");
    assertThat(ok("report", study)).contains("index.html");
  }

  private static String ok(String... args) {
    Whence.Result result = Whence.run(args);
    assertThat(result.code()).as("%s: %s", List.of(args), result.err()).isZero();
    return result.out();
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    check(Main.commandLine());
  }

  private static void check(CommandLine command) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              if (!name.equals("generate-completion")
                  && !name.equals("reference")
                  && !name.equals("help")) {
                String help = sub.getUsageMessage(CommandLine.Help.Ansi.OFF);
                assertThat(help).as(name).contains("Usage: whence");
                if (!sub.getCommandSpec().qualifiedName().startsWith("whence bench ")) {
                  assertThat(help).as(name).containsPattern("Examples?");
                }
                check(sub);
              }
            });
  }

  @Test
  void theReferenceIsUpToDate() throws IOException {
    Path file = OptionalStack.home().resolve("docs/cli.md");
    assertThat(Files.readString(file))
        .as("docs/cli.md: make it again by ./whence reference > docs/cli.md")
        .isEqualTo(ReferenceCommand.markdown(Main.commandLine()));
  }

  @Test
  void theTemplateIsAConfigurationAndTheSchemaKnowsItsParts() throws IOException {
    Path template = folder.resolve("study.yaml");
    Files.writeString(template, ok("init", "--template"));
    StudyConfig config = InitCommand.read(template);
    assertThat(config.design().alpha()).isEqualTo(0.5);
    JsonNode schema = JsonMapper.shared().readTree(ok("init", "--schema")).path("properties");
    assertThat(names(schema)).isEqualTo(components(StudyConfig.class));
    assertThat(names(schema.path("learner").path("properties").path("config").path("properties")))
        .isEqualTo(components(NetworkConfig.class));
    assertThat(names(schema.path("design").path("properties")))
        .isEqualTo(components(StudyConfig.DesignConfig.class));
    TreeSet<String> outputs = new TreeSet<>();
    schema.at("/outputs/items/enum").forEach(name -> outputs.add(name.asString()));
    assertThat(outputs)
        .isEqualTo(
            new TreeSet<>(
                Arrays.stream(dev.whence.pool.Output.values())
                    .map(dev.whence.pool.Output::label)
                    .toList()));
  }

  private static TreeSet<String> names(JsonNode object) {
    return new TreeSet<>(object.propertyNames());
  }

  private static TreeSet<String> components(Class<?> type) {
    return new TreeSet<>(
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
  }

  @Test
  void badConfigurationsAreOneLine() throws IOException {
    for (String bad :
        List.of(
            "colour: red",
            "design: {alpha: 2}",
            "outputs: [beauty]",
            "seed: [1]",
            "learner: {name: gpt}")) {
      Path file = Files.writeString(folder.resolve("bad.yaml"), bad);
      Whence.Result result =
          Whence.run("init", folder.resolve("s").toString(), "--config", file.toString());
      assertThat(result.code()).as(bad).isEqualTo(2);
      assertThat(result.err().lines()).as(bad).hasSize(1);
      assertThat(folder.resolve("s")).doesNotExist();
    }
  }

  @Test
  void commandsInTheWrongOrderSayWhatIsMissing() {
    String study = folder.resolve("s").toString();
    ok("init", study);
    for (List<String> command :
        List.of(
            List.of("train", study),
            List.of("fit", study),
            List.of("evaluate", study),
            List.of("report", study),
            List.of("similar", study, "0"),
            List.of("export", study, "--what", "masks", "--out", study + "-out"))) {
      Whence.Result result = Whence.run(command.toArray(String[]::new));
      assertThat(result.code()).as(command.toString()).isEqualTo(2);
      assertThat(result.err()).contains("expected").contains("found none");
    }
  }

  @Test
  void fullDisksEndCleanly() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=3m", "none", disk.toString())
            .redirectErrorStream(true)
            .start();
    org.junit.jupiter.api.Assumptions.assumeTrue(mount.waitFor() == 0, "needs the right to mount");
    try {
      String study = disk.resolve("s").toString();
      ok("init", study, "--learner", "softmax", "--set", "epochs=1", "--chunk", "8");
      Whence.Result tooMany = Whence.run("train", study, "--models", "2000", "-q");
      assertThat(tooMany.code()).isEqualTo(2);
      assertThat(tooMany.err()).contains("GiB on the disk for 2,000 more models");
      long free = Files.getFileStore(disk).getUsableSpace();
      int outputs = dev.whence.store.Study.open(Path.of(study)).manifest().outputs().size();
      String most = "" + (free / (250 + 2000 * outputs) - 1); // without what files add
      Whence.Result full = Whence.run("train", study, "--models", most, "-q");
      assertThat(full.code()).isEqualTo(1);
      assertThat(full.err().lines()).hasSize(1);
      assertThat(full.err()).contains("No space left on device", "what was complete is kept");
      var store = dev.whence.store.RunStore.open(Path.of(study, "pool"), List.of("margin"));
      int done = store.doneRuns();
      assertThat(done).isPositive().isLessThan(Integer.parseInt(most));
      assertThat(store.outputs("margin", done)).hasSize(done * 500);
      try (var files = Files.walk(disk)) {
        assertThat(files).noneMatch(f -> f.toString().endsWith(".partial"));
      }
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }
}
