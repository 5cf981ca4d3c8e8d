package dev.whence.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Folders;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.DatasetReader;
import dev.whence.data.Split;
import dev.whence.learn.FailedRunException;
import dev.whence.store.CorruptStudyException;
import dev.whence.store.Manifest;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class PoolTest {

  @TempDir Path folder;

  static final StudyConfig SMALL =
      new StudyConfig(
          "bundled",
          null,
          null,
          5L,
          new StudyConfig.Learner(
              "softmax", (ObjectNode) Json.mapper().readTree("{\"epochs\": 1}")),
          null,
          List.of("margin", "logits"),
          false,
          new Manifest.Repeats(3, 2),
          8);

  private Path study(String name) throws IOException {
    Path study = folder.resolve(name);
    SMALL.create(study);
    return study;
  }

  private static void train(Path study, int threads, long models) throws IOException {
    try (Workers workers = Workers.threads(threads);
        Executor executor = new ThreadExecutor(workers)) {
      Pool.of(Study.open(study)).train(models, executor, Progress.NONE, "test");
    }
  }

  @Test
  void threadsExtensionAndRepairChangeNoBit() throws IOException {
    Path one = study("one");
    train(one, 1, 21);
    Path two = study("two");
    train(two, 2, 5);
    train(two, 2, 13);
    Files.delete(two.resolve("pool/ledger/000000.json"));
    Files.delete(two.resolve("pool/margin/c/1/0"));
    Files.delete(two.resolve("pool/ledger/000001.json"));
    Files.write(two.resolve("pool/margin/c/0/0.partial"), new byte[] {1, 2, 3});
    train(two, 2, 21);
    assertThat(Digest.of(two)).isEqualTo(Digest.of(one));
  }

  @Test
  void aLaterSmallerRequestKeepsThePool() throws IOException {
    Path study = study("s");
    train(study, 2, 20);
    train(study, 2, 3);
    assertThat(RunStore.open(study.resolve("pool"), List.of("margin")).doneRuns()).isEqualTo(20);
  }

  @Test
  void recordsMasksMarginsAndRepeats() throws IOException {
    Path study = study("s");
    train(study, 2, 10);
    RunStore pool = RunStore.open(study.resolve("pool"), List.of("margin", "logits"));
    float[] margins = pool.outputs("margin", 10);
    float[] logits = pool.outputs("logits", 10);
    int label =
        ((dev.whence.data.Labels.Classes) DatasetReader.bundled().test().labels()).values()[3];
    float other = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < 10; c++) {
      other = c == label ? other : Math.max(other, logits[(2 * 500 + 3) * 10 + c]);
    }
    assertThat(margins[2 * 500 + 3]).isEqualTo(logits[(2 * 500 + 3) * 10 + label] - other);
    byte[] masks = RunStore.open(study.resolve("repeats"), List.of()).masks(6);
    assertThat(java.util.Arrays.copyOfRange(masks, 0, 250))
        .isEqualTo(java.util.Arrays.copyOfRange(masks, 250, 500))
        .isNotEqualTo(java.util.Arrays.copyOfRange(masks, 500, 750));
    float[] repeats =
        RunStore.open(study.resolve("repeats"), List.of("margin")).outputs("margin", 6);
    assertThat(repeats[0]).isNotEqualTo(repeats[500]);
  }

  @Test
  void aChangedChunkIsRefusedEvenWithAGoodChecksum() throws IOException {
    Path study = study("s");
    train(study, 2, 16);
    Files.copy(
        study.resolve("pool/margin/c/0/0"),
        study.resolve("pool/margin/c/1/0"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    RunStore store = RunStore.open(study.resolve("pool"), List.of("margin"));
    assertThatThrownBy(() -> store.outputs("margin", 16))
        .isInstanceOf(CorruptStudyException.class)
        .hasMessageContaining("pool/margin/c/1/0: expected the chunk that the ledger names");
  }

  @Test
  void aSecondWriterIsRefusedByTheNameOfTheFirst() throws IOException {
    Path study = study("s");
    Study open = Study.open(study);
    try (StudyLock _ = open.lock("pool", "the first");
        StudyLock _ = open.lock("pools/other", "another part")) {
      assertThatThrownBy(() -> open.lock("pool", "the second"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("process %d (the first)".formatted(ProcessHandle.current().pid()));
    }
    open.lock("pool", "the third").close();
  }

  @Test
  void aFailedCreationLeavesNothing() throws IOException {
    Path study = folder.resolve("s");
    assertThatThrownBy(
            () ->
                Study.create(
                    study,
                    staging -> {
                      Json.write(staging.resolve("study.json"), Map.of());
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    assertThatThrownBy(() -> SMALL.with(config("learner: nonsense")).create(study))
        .isInstanceOf(BadInputException.class);
    assertThat(study).doesNotExist();
  }

  private static StudyConfig config(String ignored) {
    return new StudyConfig(
        null,
        null,
        null,
        null,
        new StudyConfig.Learner("nonsense", null),
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void anUnknownFormatIsRefusedByName() throws IOException {
    Path study = study("s");
    Path file = study.resolve("study.json");
    Files.writeString(file, Files.readString(file).replace("\"format\" : 2", "\"format\" : 9"));
    assertThatThrownBy(() -> Study.open(study))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected version 1 to 3, found version 9");
  }

  @Test
  void changedDataIsRefused() throws IOException {
    Path study = study("s");
    Split data = DatasetReader.bundled();
    Path other = folder.resolve("other");
    Dataset train = data.train().select(IntStream.range(0, 2000).map(i -> 1999 - i).toArray());
    Study.create(other, Study.open(study).manifest(), new Split(train, data.test()));
    Folders.delete(study.resolve("data"));
    Files.move(other.resolve("data"), study.resolve("data"));
    assertThatThrownBy(() -> train(study, 1, 2)).hasMessageContaining("expected fingerprint");
  }

  @Test
  void divergedModelsAreReported() throws IOException {
    Path study = folder.resolve("s");
    ObjectNode wild =
        (ObjectNode) Json.mapper().readTree("{\"learningRate\": 1e5, \"epochs\": 30}");
    SMALL
        .with(
            new StudyConfig(
                null,
                null,
                null,
                null,
                new StudyConfig.Learner("mlp", wild),
                null,
                null,
                null,
                null,
                null))
        .create(study);
    assertThatThrownBy(() -> train(study, 1, 1))
        .isInstanceOf(FailedRunException.class)
        .hasMessageContaining("run 0");
  }
}
