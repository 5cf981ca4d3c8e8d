package dev.whence.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Entry point of the {@code whence} command. */
public final class Main {

  private Main() {}

  /** Runs the command and exits with 0, 1 (failed) or 2 (bad input). */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    useLaunchersStandardError();
    System.exit(commandLine().execute(args));
  }

  /** Returns the command with its ways to report errors. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new WhenceCommand());
    line.setExecutionExceptionHandler(new Failures());
    line.setParameterExceptionHandler(new Failures());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setUsageHelpAutoWidth(true);
    return line;
  }

  /**
   * Takes up the standard error that the launcher passes as another descriptor: the JVM's own
   * remark on incubator modules went to a filter.
   */
  private static void useLaunchersStandardError() {
    String descriptor = System.getProperty("whence.stderr", "");
    if (!descriptor.isEmpty()) {
      try {
        System.setErr(
            new PrintStream(new FileOutputStream(descriptor, true), true, StandardCharsets.UTF_8));
      } catch (IOException e) {
        // Where descriptors are no files, messages take the way through the filter.
      }
    }
  }
}
