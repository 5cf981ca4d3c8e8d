package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.app.bench.Peer;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.design.Mask;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Trainer;
import dev.whence.learn.Workplace;
import dev.whence.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Programs that train and say more than they are asked, leave children, or change. */
class WorkerTest {

  private static final int UNITS = 40;

  @TempDir static Path folder;

  private static String python;

  @BeforeAll
  static void install() throws Exception {
    Process version = new ProcessBuilder("python3", "-m", "venv", "--help").start();
    Assumptions.assumeTrue(version.waitFor() == 0, "needs Python 3 with venv");
    python = Peer.open("store", new Common()).python().toString();
  }

  /** 50 rows, two classes and, where {@code rare}, a third of two rows. */
  private static Path table(boolean rare) throws IOException {
    StringBuilder text = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 50; i++) {
      text.append("%d,%d,%d%n".formatted(i, i * i % 11, rare && i < 2 ? 3 : 1 + i % 2));
    }
    return Files.writeString(folder.resolve("rows-%s.csv".formatted(rare)), text);
  }

  private static Whence.Result init(Path study, Path script, Path data, String... more)
      throws IOException {
    String command = JsonMapper.shared().writeValueAsString(List.of(python, script.toString()));
    String[] init = {
      "init",
      study.toString(),
      "--data",
      data.toString(),
      "--learner",
      "process",
      "--set",
      "command=" + command,
      "--set",
      "timeout=60",
      "--repeats",
      "0x1",
      "--chunk",
      "8"
    };
    return Whence.run(Stream.concat(Stream.of(init), Stream.of(more)).toArray(String[]::new));
  }

  /** A worker that prints before it is asked, between answers, or answers for another run. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "print(json.dumps({'level': 'info', 'msg': 'loaded'}), flush=True)",
        "print(json.dumps({'done': 99}), flush=True)",
        "print('loading', flush=True)",
        "print(17, flush=True); print(json.dumps({'error': 'from elsewhere', 'run': 99}), flush=True)"
      })
  void outputsStandBesideTheirOwnMask(String stray) throws IOException {
    Path study = folder.resolve("stray-" + Math.abs(stray.hashCode()));
    Path script = folder.resolve(study.getFileName() + ".py");
    Files.writeString(
        script,
        """
        import json, sys, time, numpy as np
        %s
        greeting = json.loads(sys.stdin.readline())
        targets = [np.load(t) for t in greeting["targets"]]
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            mask = np.load(asked["mask"])
            %s
            for t, o in zip(targets, asked["outputs"]):
                np.save(o, np.full(len(t), float((np.arange(len(mask)) %% 7 - 3.0) @ mask)))
            print(json.dumps({"done": asked["run"]}), flush=True)
        """
            .formatted(stray, stray));
    assertThat(init(study, script, table(false), "--set", "returns=\"output\"").code()).isZero();
    Whence.Result trained =
        Whence.run("train", study.toString(), "--models", "24", "--threads", "1");
    assertThat(trained.code()).as(trained.err()).isZero();
    RunStore pool = RunStore.open(study.resolve("pool"), List.of("prediction"));
    float[] outputs = pool.outputs("prediction", 24);
    byte[] masks = pool.masks(24);
    int bytes = Mask.bytes(UNITS);
    for (int i = 0; i < 24; i++) {
      double expected = 0;
      for (int j = 0; j < UNITS; j++) {
        expected += (masks[i * bytes + (j >> 3)] >> (j & 7) & 1) * (j % 7 - 3.0);
      }
      assertThat(outputs[i * 10]).as("run %d", i).isEqualTo((float) expected);
    }
    try (Stream<Path> logs = Files.list(study.resolve("logs"))) {
      assertThat(logs).isNotEmpty();
    }
    assertThat(study.resolve("work")).doesNotExist();
  }

  /** Speaks the protocol's first version, which has no labels of a run. */
  @Test
  void anOlderWorkerIsNeverGivenTheOldLabelsForNewOnes() throws IOException {
    String body =
        """
        import json, sys, numpy as np
        greeting = json.loads(sys.stdin.readline())
        targets = [np.load(t) for t in greeting["targets"]]
        y = np.load(greeting["labels"])
        print(json.dumps({"ready": True%s}), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            labels = np.load(asked["labels"]) if "labels" in asked else y
            for t, o in zip(targets, asked["outputs"]):
                np.save(o, np.full((len(t), greeting["classes"]), float(labels[np.load(asked["mask"])].sum())))
            print(json.dumps({"done": asked["run"]}), flush=True)
        """;
    int[] labels = IntStream.range(0, 30).map(i -> i % 3).toArray();
    Dataset data =
        new Dataset(
            new Features(30, new int[] {1}, new float[30], false), Labels.Classes.numbered(labels));
    Relabelling changed = new Relabelling(new int[] {0, 3}, new int[] {2, 1});
    int[] members = {0, 1, 2, 4};
    for (boolean newer : new boolean[] {false, true}) {
      Path script =
          Files.writeString(
              folder.resolve("version-%s.py".formatted(newer)),
              body.formatted(newer ? ", \"whence\": 2" : ""));
      ObjectNode config = JsonMapper.shared().createObjectNode();
      config.putArray("command").add(python).add(script.toString());
      Workplace workplace = new Workplace(folder.resolve("scratch"), folder.resolve("logs"));
      Learner learner = LearnerFactory.of("process").create(config);
      try (Trainer trainer = learner.prepare(data, List.of(data.features()), workplace)) {
        Key key = new Key(1, Purpose.TRAINING, 0);
        assertThat(trainer.run(members, key)[0][0]).isEqualTo(0 + 1 + 2 + 1);
        if (newer) {
          assertThat(trainer.run(members, changed, key)[0][0]).isEqualTo(2 + 1 + 2 + 1);
          assertThat(trainer.run(members, key)[0][0]).isEqualTo(0 + 1 + 2 + 1);
        } else {
          assertThatThrownBy(() -> trainer.run(members, changed, key))
              .isInstanceOf(BadInputException.class)
              .hasMessageContaining("protocol 2")
              .hasMessageContaining("found protocol 1");
        }
      }
    }
  }

  private static Path script(String name, String body) throws IOException {
    return Files.writeString(
        folder.resolve(name), "import whence_worker, time, subprocess\n" + body);
  }

  @Test
  void printsWhileLoadingDoNoHarm() throws IOException {
    Path script =
        script(
            "prints.py",
            """
            print("loading the model", flush=True)
            print(3, flush=True)
            whence_worker.serve(lambda run: (lambda x: x[:, 0] * 0 + float(run.mask.sum())))
            """);
    Path study = folder.resolve("prints");
    assertThat(init(study, script, table(false), "--set", "returns=\"output\"").code()).isZero();
    assertThat(Whence.run("train", study.toString(), "--models", "8", "-q").code()).isZero();
    assertThat(Files.readString(study.resolve("logs/worker-0.log"))).contains("loading the model");
  }

  /** Labels from 1, and a class that many subsets lack, with the learner of docs/python.md. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDocumentedLearnerTrains(boolean rare) throws IOException {
    Path script =
        script(
            "documented.py",
            """
            from sklearn.linear_model import LogisticRegression
            def train(run):
                model = LogisticRegression(C=0.01, max_iter=50).fit(run.x.reshape(len(run.x), -1), run.y)
                return lambda x: model.decision_function(x.reshape(len(x), -1))
            whence_worker.serve(train)
            """);
    Path study = folder.resolve("documented-" + rare);
    assertThat(init(study, script, table(rare)).code()).isZero();
    Whence.Result trained = Whence.run("train", study.toString(), "--models", "8", "-q");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(study.resolve("pool/skipped.json")).doesNotExist();
  }

  @Test
  void childrenEndWithTheirWorker() throws Exception {
    String mark = "7" + ProcessHandle.current().pid();
    Path script =
        script(
            "children.py",
            """
            subprocess.Popen(["sh", "-c", "sleep %s & wait"])
            whence_worker.serve(lambda run: (lambda x: x[:, 0] * 0 + float(run.mask.sum())))
            """
                .formatted(mark));
    Path study = folder.resolve("children");
    assertThat(init(study, script, table(false), "--set", "returns=\"output\"").code()).isZero();
    assertThat(Whence.run("train", study.toString(), "--models", "4", "-q").code()).isZero();
    for (int i = 0; i < 50 && sleeps(mark); i++) {
      Thread.sleep(100);
    }
    assertThat(sleeps(mark)).isFalse();
  }

  private static boolean sleeps(String mark) {
    return ProcessHandle.allProcesses()
        .map(p -> p.info().commandLine().orElse(""))
        .anyMatch(line -> line.endsWith("sleep " + mark));
  }

  @Test
  void aChangedFileOfTheCommandIsRefusedOrAccepted() throws IOException {
    Path script =
        script(
            "changing.py",
            "SIGN = 1\nwhence_worker.serve(lambda run: (lambda x: SIGN * x[:, 0] * float(run.mask.sum())))\n");
    Path study = folder.resolve("changing");
    assertThat(init(study, script, table(false), "--set", "returns=\"output\"").code()).isZero();
    assertThat(Whence.run("train", study.toString(), "--models", "4", "-q").code()).isZero();
    Files.writeString(script, Files.readString(script).replace("SIGN = 1", "SIGN = -1"));
    Whence.Result refused = Whence.run("train", study.toString(), "--models", "8", "-q");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("changing.py: expected the file that the study was made with", "--accept")
        .hasLineCount(1);
    Whence.Result accepted =
        Whence.run("train", study.toString(), "--models", "8", "-q", "--accept");
    assertThat(accepted.code()).as(accepted.err()).isZero();
    assertThat(Whence.run("train", study.toString(), "--models", "12", "-q").code()).isZero();
    Files.delete(script);
    assertThat(Whence.run("train", study.toString(), "--models", "16", "-q").err())
        .contains("found nothing there");
  }
}
