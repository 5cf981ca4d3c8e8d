package dev.whence.learn;

import dev.whence.base.Api;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Folders for the files that a learner needs: in the study, not in the system's temporary folder,
 * so that the next start finds files that a killed process left.
 *
 * @param scratch a folder for this process, which need not exist; its files do not outlive the
 *     training
 * @param logs a folder for the output of other programs, which need not exist
 */
@Api
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

  /** Deletes the folder of scratch files and the folder around it where they are empty. */
  public void tidy() throws IOException {
    for (Path folder : new Path[] {scratch, scratch.toAbsolutePath().getParent()}) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        return; // another process has files there
      }
    }
  }
}
