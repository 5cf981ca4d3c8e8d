package dev.whence.learn.process;

import java.util.Map;

/** Describes exit codes in words. */
final class Signals {

  /**
   * The exit code of a process that a signal ended is this number plus the number of the signal.
   */
  private static final int SIGNALLED = 128;

  private static final Map<Integer, String> NAMES =
      Map.of(
          2, "SIGINT",
          4, "SIGILL, an instruction that this processor lacks",
          6, "SIGABRT",
          7, "SIGBUS",
          8, "SIGFPE",
          9, "SIGKILL, perhaps for want of memory",
          11, "SIGSEGV",
          15, "SIGTERM");

  private Signals() {}

  /** Returns a text that says how a process with this exit code ended. */
  static String text(int exitCode) {
    String signal = NAMES.get(exitCode - SIGNALLED);
    return signal == null
        ? "the process ended with exit code " + exitCode
        : "the process was ended by signal %d (%s)".formatted(exitCode - SIGNALLED, signal);
  }
}
