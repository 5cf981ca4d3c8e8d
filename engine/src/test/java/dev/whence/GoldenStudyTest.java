package dev.whence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.evaluate.Evaluator;
import dev.whence.pool.Digest;
import dev.whence.pool.Pool;
import dev.whence.pool.ThreadExecutor;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Fit;
import dev.whence.regress.FitOptions;
import dev.whence.regress.FitSpec;
import dev.whence.store.Study;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Studies that an earlier version made ({@code peers/fixtures/golden-study.sh}) are read, judged
 * and gone on with.
 */
class GoldenStudyTest {

  @TempDir Path folder;

  private Path unpack(String name) throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                getClass().getResourceAsStream("/golden/format-1-%s.zip".formatted(name)));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(name).resolve(entry.getName());
        Files.createDirectories(entry.isDirectory() ? file : file.getParent());
        if (!entry.isDirectory()) {
          Files.write(file, zip.readAllBytes());
        }
      }
    }
    return folder.resolve(name);
  }

  /** fit.json no longer says whether predictions are kept. */
  private static Map<String, String> files(Path path) throws IOException {
    Map<String, String> files = Digest.of(path);
    files.remove("datamodels/fit.json");
    return files;
  }

  @ParameterizedTest
  @ValueSource(strings = {"trained", "imported"})
  void fittingAgainChangesNoFileAndFittingAnewNoWeight(String name) throws IOException {
    Path path = unpack(name);
    Map<String, String> before = files(path);
    Study study = Study.open(path);
    try (Workers workers = Workers.threads(2)) {
      assertThat(study.manifest().format()).isEqualTo(1);
      FitOptions held = Json.read(study.datamodels().resolve("fit.json"), FitOptions.class);
      Fit.run(study, FitSpec.of(held), workers);
      assertThat(files(path)).isEqualTo(before);
      DatamodelStore old = DatamodelStore.finished(study);
      float[][] weights = new float[old.targets()][];
      for (int t = 0; t < weights.length; t++) {
        weights[t] = old.row(t);
      }
      Evaluator.run(study, workers);
      dev.whence.base.AtomicFile.deleteFolder(study.datamodels());
      Fit.run(study, FitSpec.of(held), workers);
      DatamodelStore now = DatamodelStore.finished(study);
      for (int t = 0; t < weights.length; t++) {
        assertThat(now.row(t)).containsExactly(weights[t]);
      }
    }
  }

  /** The pool's last chunk is not full; it is trained again with the runs it has and more. */
  @Test
  void aPoolIsGoneOnWith() throws IOException {
    Path path = unpack("trained");
    byte[] margins = Files.readAllBytes(path.resolve("pool/margin/c/1/0"));
    Study study = Study.open(path);
    try (Workers workers = Workers.threads(2);
        ThreadExecutor executor = new ThreadExecutor(workers)) {
      Pool.of(study).train(80, executor, Progress.NONE, "test");
      FitOptions held = Json.read(study.datamodels().resolve("fit.json"), FitOptions.class);
      FitOptions options = Fit.run(study, FitSpec.of(held).models(null), workers);
      assertThat(options.runs()).isEqualTo(80);
    }
    assertThat(Files.readAllBytes(path.resolve("pool/margin/c/1/0"))).isEqualTo(margins);
  }
}
