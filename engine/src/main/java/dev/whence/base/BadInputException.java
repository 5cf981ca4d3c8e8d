package dev.whence.base;

import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Input that Whence refuses.
 *
 * <p>The message is one line and says what was expected, what was found and where; the command ends
 * with exit code 2 and leaves nothing written.
 */
@Api
public final class BadInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(oneLine(message));
  }

  /** Returns the refusal "where: expected …, found …". */
  public static BadInputException at(Path where, String expected, @Nullable Object found) {
    return at(where.toString(), expected, found);
  }

  /** Returns the refusal "where: expected …, found …". */
  public static BadInputException at(String where, String expected, @Nullable Object found) {
    return new BadInputException("%s: expected %s, found %s".formatted(where, expected, found));
  }

  /**
   * Returns the refusal of a word that is not in {@code known}, with the nearest known word if
   * there is one.
   */
  public static BadInputException unknown(String where, Collection<String> known, String found) {
    String nearest = Spelling.nearest(known, found);
    return at(
        where,
        "one of " + String.join(", ", known),
        nearest == null ? found : "%s (did you mean %s?)".formatted(found, nearest));
  }

  private static String oneLine(String message) {
    return message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
  }
}
