package dev.whence.app;

import dev.whence.data.BadInputException;
import dev.whence.learn.FailedRunException;
import dev.whence.store.CorruptStudyException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
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
    Exception e =
        thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null
            ? unchecked.getCause()
            : thrown;
    PrintWriter err = command.getErr();
    return switch (e) {
      case BadInputException refused -> say(err, refused.getMessage(), BAD_INPUT);
      case CorruptStudyException corrupt -> say(err, corrupt.getMessage(), FAILED);
      case FailedRunException failed -> say(err, failed.getMessage(), FAILED);
      case AccessDeniedException denied ->
          say(err, denied.getFile() + ": expected permission to use it, found none", FAILED);
      case FileNotFoundException missing -> say(err, missing.getMessage(), FAILED);
      case IOException io ->
          say(
              err,
              "%s; what was complete is kept, the same command goes on with it"
                  .formatted(io.getMessage()),
              FAILED);
      default -> {
        err.println("whence: internal error, please report it");
        e.printStackTrace(err);
        yield FAILED;
      }
    };
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    return say(
        command.getErr(),
        "%s (see: %s --help)".formatted(e.getMessage(), command.getCommandSpec().qualifiedName()),
        BAD_INPUT);
  }

  private static int say(PrintWriter err, @Nullable String message, int code) {
    err.println("whence: " + String.valueOf(message).replaceAll("\\s*\\R\\s*", " "));
    err.flush();
    return code;
  }
}
