package dev.whence.learn;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a learner may put what it needs on disk: in the study, not in the system's temporary
 * folder, so that what a killed process leaves is found at the next start.
 *
 * @param scratch a folder of this process, which need not exist; nothing in it outlives the
 *     training
 * @param logs a folder, which need not exist, of what other programs say
 */
public record Workplace(Path scratch, Path logs) {

  private static final String WORK = "work";

  /** Returns the workplace of this process in the study {@code folder}. */
  public static Workplace of(Path folder) {
    return new Workplace(
        folder.resolve(WORK).resolve(Long.toString(ProcessHandle.current().pid())),
        folder.resolve("logs"));
  }

  /** Returns a new folder for scratch files. */
  public Path newFolder(String prefix) throws IOException {
    Files.createDirectories(scratch);
    return Files.createTempDirectory(scratch, prefix);
  }

  /** Deletes the folders of scratch files that are empty. */
  public void tidy() throws IOException {
    for (Path folder : new Path[] {scratch, scratch.toAbsolutePath().getParent()}) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        return; // somebody else works there
      }
    }
  }
}
