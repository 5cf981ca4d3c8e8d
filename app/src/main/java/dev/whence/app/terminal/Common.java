package dev.whence.app.terminal;

import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import picocli.CommandLine.Option;

/** Options that every working command has. */
public final class Common {

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

  public int threads() {
    if (threads < 1) {
      throw BadInputException.at("--threads", "at least 1", threads);
    }
    return threads;
  }

  public Parallel parallel() {
    return new Parallel(threads());
  }

  /** Returns the workers that the options ask for. */
  public Workers workers() {
    return new Workers(threads(), progress());
  }

  public Progress progress() {
    return quiet ? Progress.NONE : new ProgressBar(System.err);
  }

  /** Says something that a person wants to know and a script does not. */
  public void remark(String format, Object... args) {
    if (!quiet) {
      System.err.println(format.formatted(args));
    }
  }
}
