package dev.whence.app.bench;

import dev.whence.app.stack.OptionalStack;
import dev.whence.app.terminal.Common;
import dev.whence.base.Json;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The other side of a benchmark: Python scripts of {@code peers/NAME} in a virtual environment with
 * its pinned requirements, and child processes bound to as many cores as the benchmark may use.
 */
public final class Peer {

  private final Path folder;
  private final Path python;

  private Peer(Path folder, Path python) {
    this.folder = folder;
    this.python = python;
  }

  /** Returns the peers of {@code name}; makes their environment where there is none. */
  public static Peer open(String name, Common common) throws IOException {
    Path folder = OptionalStack.home().resolve("peers").resolve(name);
    Path environment = folder.resolve(".venv");
    Path python = environment.resolve("bin/python");
    Path complete = environment.resolve("complete");
    if (!Files.exists(complete)) {
      common.remark("installing the peers of peers/%s/requirements.txt, once …", name);
      run(List.of("python3", "-m", "venv", environment.toString()));
      run(
          List.of(
              python.toString(),
              "-m",
              "pip",
              "install",
              "-q",
              "-r",
              folder.resolve("requirements.txt").toString()));
      Files.createFile(complete);
    }
    return new Peer(folder, python);
  }

  /** Returns the interpreter of the environment. */
  public Path python() {
    return python;
  }

  /** Runs {@code bench.py} on the first {@code threads} cores and returns what it prints. */
  public JsonNode bench(int threads, String... arguments) throws IOException {
    List<String> command = pinned(threads);
    command.add(python.toString());
    command.add(folder.resolve("bench.py").toString());
    command.addAll(Arrays.asList(arguments));
    return Json.mapper().readTree(run(command));
  }

  /**
   * Runs the main class of this program's {@code type} on the first {@code threads} cores, in a JVM
   * of its own with the options of this one.
   */
  static JsonNode java(int threads, Class<?> type, String... arguments) throws IOException {
    List<String> command = pinned(threads);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-XX:AOT") && !option.startsWith("-Dwhence.stderr"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), type.getName()));
    command.addAll(Arrays.asList(arguments));
    return Json.mapper().readTree(run(command));
  }

  private static List<String> pinned(int threads) {
    boolean taskset =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "taskset")));
    return taskset
        ? new ArrayList<>(List.of("taskset", "-c", "0-" + (threads - 1)))
        : new ArrayList<>();
  }

  private static String run(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE);
    for (String variable : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")) {
      int cores =
          command.contains("taskset") ? Integer.parseInt(command.get(2).substring(2)) + 1 : 1;
      builder.environment().put(variable, Integer.toString(cores));
    }
    Path errors = Files.createTempFile("whence-bench", ".log");
    try {
      Process process = builder.redirectError(errors.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        String log = Files.readString(errors);
        throw new IOException(
            "%s ended with %d: %s"
                .formatted(
                    command, process.exitValue(), log.substring(Math.max(0, log.length() - 500))));
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(errors);
    }
  }
}
