package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.bench.Peer;
import dev.whence.app.terminal.Common;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Workers in Python: real ones of scikit-learn and PyTorch, and one that fails in every way. */
class ProcessLearnerTest {

  @TempDir static Path folder;

  private static Path table;
  private static String python;

  @BeforeAll
  static void install() throws Exception {
    Process version = new ProcessBuilder("python3", "-m", "venv", "--help").start();
    Assumptions.assumeTrue(version.waitFor() == 0, "needs Python 3 with venv");
    python = Peer.open("store", new Common()).python().toString();
    table = folder.resolve("table.csv");
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 60; i++) {
      double a = random.nextGaussian();
      text.append(a).append(',').append(random.nextGaussian()).append(',');
      text.append(a + random.nextGaussian() > 0 ? "yes" : "no").append('\n');
    }
    Files.writeString(table, text);
  }

  /** Makes and trains a study whose worker is {@code script}. */
  private static Whence.Result train(
      Path study, String data, double timeout, int threads, String script, String... arguments) {
    String path = Path.of(System.getProperty("whence.home"), script).toString();
    List<String> command = Stream.concat(Stream.of(python, path), Stream.of(arguments)).toList();
    String json = JsonMapper.shared().writeValueAsString(command);
    Whence.Result made =
        Whence.run(
            "init",
            study.toString(),
            "--data",
            data,
            "--learner",
            "process",
            "--repeats",
            "0x1",
            "--set",
            "command=" + json,
            "--set",
            "timeout=" + timeout,
            "--chunk",
            "4");
    assertThat(made.code()).as(made.err()).isZero();
    return Whence.run("train", study.toString(), "--models", "8", "--threads", "" + threads);
  }

  private static Whence.Result faulty(Path study, String fault, int threads) {
    double timeout = fault.equals("hang") ? 2 : 60;
    return train(
        study,
        table.toString(),
        timeout,
        threads,
        "peers/process/faulty.py",
        fault,
        study + ".notes");
  }

  /** Returns the checksums of a study's chunks of runs. */
  private static List<String> ledger(Path study) throws IOException {
    List<String> entries = new ArrayList<>();
    for (int c = 0; c < 2; c++) {
      entries.add(Files.readString(study.resolve("pool/ledger/00000%d.json".formatted(c))));
    }
    return entries;
  }

  @ParameterizedTest
  @CsvSource({
    "crash, the process ended with exit code 7; it last said: about to do something wrong",
    "hang, no answer within 2.0 s; it last said: about to do something wrong",
    "raise, 'ValueError: no luck (faulty.py, line 27)'",
    "nan, the model's output is NaN (a lower learning rate may help)",
    "shape, 'outputs: expected floats of shape (12, 2), a column for each class, found float32 of shape (12, 3)'"
  })
  void aRunThatFailsTwiceIsListedAndAnotherStandsForIt(String fault, String reason)
      throws IOException {
    Path study = folder.resolve(fault);
    Whence.Result trained = faulty(study, fault, 2);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("1 runs failed twice", "skipped.json");
    JsonNode runs =
        JsonMapper.shared().readTree(study.resolve("pool/skipped.json").toFile()).path("runs");
    assertThat(runs.size()).isEqualTo(1);
    assertThat(runs.path(0).path("row").asInt()).isEqualTo(3);
    assertThat(runs.path(0).path("reason").asString()).startsWith(reason);
    assertThat(Whence.run("fit", study.toString(), "--lambdas", "5", "-q").code()).isZero();
  }

  @Test
  void threadsAndCrashesThatPassChangeNoBit() throws IOException {
    Path one = folder.resolve("one");
    assertThat(faulty(one, "none", 1).code()).isZero();
    Path two = folder.resolve("two");
    assertThat(faulty(two, "once", 2).code()).isZero();
    assertThat(ledger(two)).isEqualTo(ledger(one));
    assertThat(two.resolve("pool/skipped.json")).doesNotExist();
  }

  @Test
  void aWorkerThatAlwaysFailsEndsTheTraining() {
    Whence.Result trained = faulty(folder.resolve("always"), "always", 1);
    assertThat(trained.code()).isEqualTo(1);
    assertThat(trained.err().lines().toList())
        .last()
        .asString()
        .contains(", and the one in its place: the process ended with exit code 7");
  }

  @Test
  void aNumberOfAnyMeaningIsRecordedAsItIs() throws IOException {
    Path study = folder.resolve("output");
    Path script = Path.of(System.getProperty("whence.home"), "peers/process/faulty.py");
    String command =
        JsonMapper.shared()
            .writeValueAsString(List.of(python, script.toString(), "output", study + ".notes"));
    String[] init = {
      "init",
      study.toString(),
      "--data",
      table.toString(),
      "--learner",
      "process",
      "--repeats",
      "0x1",
      "--set",
      "command=" + command,
      "--set",
      "returns=\"output\""
    };
    assertThat(Whence.run(init).code()).isZero();
    assertThat(Whence.run("train", study.toString(), "--models", "4", "-q").code()).isZero();
    float[] outputs =
        RunStore.open(study.resolve("pool"), List.of("prediction")).outputs("prediction", 4);
    assertThat(outputs[12]).isEqualTo(outputs[0]); // subsets of one size
    assertThat(outputs[0]).isBetween(24f - 6, 24f + 6);
    List<String> margins = new ArrayList<>(List.of(init));
    margins.set(1, study + "-margins");
    margins.addAll(List.of("--outputs", "margin"));
    Whence.Result refused = Whence.run(margins.toArray(String[]::new));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("outputs: expected some of [prediction], found margin");
  }

  @Test
  void badCommandsAreRefused() {
    Whence.Result nothing =
        Whence.run("init", folder.resolve("no").toString(), "--learner", "process");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err())
        .contains("learner process, command: expected a program and its arguments such as");
    Path study = folder.resolve("absent");
    Whence.run(
        "init", study.toString(), "--learner", "process", "--set", "command=[\"no-such-program\"]");
    Whence.Result absent = Whence.run("train", study.toString(), "--models", "1");
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("expected a program that can be started, found");
  }

  @Test
  void scikitLearnTrainsOurImages() throws IOException {
    Path study = folder.resolve("sklearn");
    Whence.Result trained = train(study, "bundled", 120, 2, "python/examples/sklearn_logistic.py");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(accuracy(study)).isBetween(0.75, 0.95);
  }

  @Test
  void pyTorchTrainsOurImages() throws IOException {
    Path environment = Path.of(System.getProperty("whence.home"), "peers/learners/.venv");
    Assumptions.assumeTrue(
        Files.exists(environment.resolve("complete")), "needs PyTorch: whence bench learners");
    String own = python;
    python = environment.resolve("bin/python").toString();
    try {
      Path study = folder.resolve("torch");
      Whence.Result trained = train(study, "bundled", 120, 2, "python/examples/torch_cnn.py");
      assertThat(trained.code()).as(trained.err()).isZero();
      assertThat(accuracy(study)).isBetween(0.7, 0.95);
    } finally {
      python = own;
    }
  }

  /** Returns the part of the targets that the models of a study get right. */
  private static double accuracy(Path study) throws IOException {
    RunStore runs = RunStore.open(study.resolve("pool"), List.of("correctness"));
    float[] correct = runs.outputs("correctness", 8);
    double sum = 0;
    for (float one : correct) {
      sum += one;
    }
    return sum / correct.length;
  }
}
