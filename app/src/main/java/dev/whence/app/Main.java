package dev.whence.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;

/** Entry point of the {@code whence} command. */
public final class Main {

  private Main() {}

  private static final int FAILED = 1;

  /** Runs the command and exits with 0, 1 (failed) or 2 (bad input). */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    Locale.setDefault(Locale.ROOT);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(out);
    useLaunchersStandardError();
    System.exit(run(args, out));
  }

  private static int run(String[] args, PrintStream out) {
    int code;
    try {
      code = commandLine().execute(args);
    } catch (OutOfMemoryError e) {
      System.err.println(Failures.outOfMemory());
      code = FAILED;
    }
    if (out.checkError()) {
      System.err.println("whence: standard output could not be written");
      return Math.max(code, FAILED);
    }
    return code;
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
   * remark on incubator modules went to a filter. The descriptor itself is used, not opened again:
   * a file opened twice has two places to write at, and standard output would overwrite what this
   * writes.
   */
  private static void useLaunchersStandardError() {
    Integer descriptor = Integer.getInteger("whence.stderr");
    if (descriptor != null) {
      try {
        Constructor<FileDescriptor> of = FileDescriptor.class.getDeclaredConstructor(int.class);
        of.setAccessible(true);
        System.setErr(
            new PrintStream(
                new FileOutputStream(of.newInstance(descriptor)), true, StandardCharsets.UTF_8));
      } catch (ReflectiveOperationException | RuntimeException e) {
        // Without java.io opened, messages take the way through the filter.
      }
    }
  }
}
