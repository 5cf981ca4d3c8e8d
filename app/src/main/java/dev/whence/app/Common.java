package dev.whence.app;

import dev.whence.data.BadInputException;
import dev.whence.linalg.Parallel;
import dev.whence.store.Progress;
import picocli.CommandLine.Option;

/** Options that every working command has. */
final class Common {

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress bars, no remarks.")
  private boolean quiet;

  @Option(
      names = "--threads",
      paramLabel = "K",
      description = "Threads to use; default: all cores. Changes no result.")
  private int threads = Runtime.getRuntime().availableProcessors();

  boolean quiet() {
    return quiet;
  }

  int threads() {
    if (threads < 1) {
      throw BadInputException.at("--threads", "at least 1", threads);
    }
    return threads;
  }

  Parallel parallel() {
    return new Parallel(threads());
  }

  Progress progress() {
    return quiet ? Progress.NONE : new ProgressBar(System.err);
  }

  /** Says something that a person wants to know and a script does not. */
  void remark(String format, Object... args) {
    if (!quiet) {
      System.err.println(format.formatted(args));
    }
  }
}
