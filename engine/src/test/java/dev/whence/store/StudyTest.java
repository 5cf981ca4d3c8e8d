package dev.whence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {

  @TempDir Path folder;

  private Path study() throws IOException {
    Path study = folder.resolve("s");
    Study.create(study, Manifest.imported(5, 4, 3, "output", 16), null);
    return study;
  }

  @Test
  void aManifestThatWasChangedIsRefused() throws IOException {
    Path file = study().resolve("study.json");
    String text = Files.readString(file);
    for (String[] change :
        new String[][] {
          {"\"seed\" : 5", "\"seed\" : 6"},
          {"\"times\" : 1", "\"times\" : 2"},
          {"\"crc32c\" : \"", "\"crc32c\" : \"0"},
          {"\"crc32c\"", "\"md5\""}
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(file, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> Study.open(file.getParent()))
          .hasMessageContaining("study.json")
          .hasMessageContaining("expected");
    }
    Files.writeString(file, text);
    assertThat(Study.open(file.getParent()).manifest().seed()).isEqualTo(5);
  }

  @Test
  void theLockOutlivesARefusal() throws Exception {
    Path study = study();
    Study open = Study.open(study);
    try (StudyLock _ = open.lock("pool", "the first")) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> open.lock("pool", "the second"))
            .isInstanceOf(BadInputException.class)
            .hasMessageContaining("the first");
      }
      Process other =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)",
                  study.resolve("locks/pool.lock").toString())
              .start();
      assertThat(other.waitFor()).as("another process must not get the lock").isNotZero();
    }
  }

  @Test
  void aFolderIsDeletedWholeOrNotAtAll() throws IOException {
    Path study = study();
    for (int changes = 0; ; changes++) {
      Path gone = study.resolve("datamodels");
      for (String file : new String[] {"fit.json", "ledger/0.json", "weights/c/0"}) {
        Files.createDirectories(gone.resolve(file).getParent());
        Files.writeString(gone.resolve(file), "content");
      }
      boolean crashed = false;
      try (Crash _ = Crash.after(changes)) {
        AtomicFile.deleteFolder(gone);
      } catch (Crash e) {
        crashed = true;
      }
      if (Files.exists(gone)) {
        assertThat(gone.resolve("fit.json")).exists();
        assertThat(gone.resolve("ledger/0.json")).exists();
        assertThat(gone.resolve("weights/c/0")).exists();
      }
      Study.open(study).lock("datamodels", "test", gone).close(); // sweeps
      assertThat(study.resolve("datamodels.partial")).doesNotExist();
      if (!crashed) {
        assertThat(changes).isGreaterThan(3);
        return;
      }
    }
  }
}
