package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.base.Spelling;
import dev.whence.learn.FailedRunException;
import dev.whence.linalg.UnknownKernelsException;
import dev.whence.store.CorruptStudyException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Turns exceptions into one line on standard error and an exit code. */
final class Failures
    implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {

  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
    if (outOfMemory(thrown)) {
      return say(command.getErr(), outOfMemory().replaceFirst("whence: ", ""), FAILED);
    }
    Exception e =
        thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null
            ? unchecked.getCause()
            : thrown;
    PrintWriter err = command.getErr();
    return switch (e) {
      case BadInputException refused -> say(err, refused.getMessage(), BAD_INPUT);
      case UnknownKernelsException unknown -> say(err, unknown.getMessage(), BAD_INPUT);
      case CorruptStudyException corrupt -> say(err, corrupt.getMessage(), FAILED);
      case FailedRunException failed -> say(err, failed.getMessage(), FAILED);
      case AccessDeniedException denied ->
          say(err, denied.getFile() + ": expected permission to use it, found none", FAILED);
      case InvalidPathException path ->
          say(
              err,
              "%s: expected a path, found %s".formatted(path.getInput(), path.getReason()),
              BAD_INPUT);
      case FileNotFoundException missing -> say(err, missing.getMessage(), FAILED);
      case FileSystemException file ->
          say(err, "%s: %s%s".formatted(file.getFile(), reason(file), goesOn(parsed)), FAILED);
      case IOException io -> say(err, io.getMessage() + goesOn(parsed), FAILED);
      default -> {
        err.println("whence: internal error, please report it");
        e.printStackTrace(err);
        yield FAILED;
      }
    };
  }

  private static boolean outOfMemory(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  private static String reason(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "nothing there";
      case FileAlreadyExistsException _ -> "is there already";
      default -> e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    };
  }

  /** Returns what is true of the commands that keep what they have done. */
  private static String goesOn(CommandLine.ParseResult parsed) {
    CommandLine.ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return Set.of("train", "fit", "quickstart").contains(last.commandSpec().name())
        ? "; what was complete is kept, the same command goes on with it"
        : "";
  }

  /** Returns the line that says what would help where memory ended. */
  static String outOfMemory() {
    return "whence: expected to need less than the %,d MiB of memory that Java has; fewer --threads need less, WHENCE_JAVA_OPTS=-Xmx… gives more"
        .formatted(Runtime.getRuntime().maxMemory() >> 20);
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String meant = e instanceof CommandLine.UnmatchedArgumentException u ? meant(u, command) : "";
    return say(
        command.getErr(),
        "%s%s (see: %s --help)"
            .formatted(plain(e.getMessage()), meant, command.getCommandSpec().qualifiedName()),
        BAD_INPUT);
  }

  /** Returns a message without Java's names of types. */
  private static String plain(@Nullable String message) {
    return String.valueOf(message)
        .replaceAll("is not an? (int|long)\\b", "is not a whole number that this can be")
        .replaceAll("is not an? (double|float)\\b", "is not a number");
  }

  /** Returns a suggestion for a misspelt command or option. */
  private static String meant(CommandLine.UnmatchedArgumentException e, CommandLine command) {
    List<String> known = new ArrayList<>(command.getSubcommands().keySet());
    known.addAll(command.getCommandSpec().optionsMap().keySet());
    String word = e.getUnmatched().isEmpty() ? "" : e.getUnmatched().getFirst();
    String nearest = Spelling.nearest(known, word.replaceFirst("=.*", ""));
    return nearest == null ? "" : "; did you mean %s?".formatted(nearest);
  }

  private static int say(PrintWriter err, @Nullable String message, int code) {
    err.println("whence: " + String.valueOf(message).replaceAll("\\s*\\R\\s*", " "));
    err.flush();
    return code;
  }
}
