package dev.whence.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the command in this process, or in one of its own. */
public final class Whence {

  private Whence() {}

  /** What a run of the command said. */
  public record Result(int code, String out, String err) {}

  static synchronized Result run(String... args) {
    PrintStream originalOut = System.out;
    PrintStream originalErr = System.err;
    var out = new java.io.ByteArrayOutputStream();
    var err = new java.io.ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      StringWriter lineErr = new StringWriter();
      line.setErr(new PrintWriter(lineErr, true));
      int code = line.execute(args);
      return new Result(
          code,
          out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8) + lineErr);
    } finally {
      System.setOut(originalOut);
      System.setErr(originalErr);
    }
  }

  /** Runs the command with some arguments and more. */
  public static Result runWith(String[] first, String... more) {
    return run(Stream.of(first, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  static Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-Dwhence.kernels=scalar",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
