package dev.whence.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Refuses a file of a study whose content is not as it was written; the message names the file. */
public final class CorruptStudyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CorruptStudyException(Path file, String expected, @Nullable Object found) {
    super("%s: expected %s, found %s".formatted(file, expected, found));
  }
}
