package dev.whence.learn.process;

import dev.whence.data.BadInputException;
import dev.whence.data.DType;
import dev.whence.data.NpyArray;
import dev.whence.data.NpyWriter;
import dev.whence.design.Key;
import dev.whence.design.Mask;
import dev.whence.learn.FailedRunException;
import dev.whence.store.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One process that trains runs, one after the other; used by one thread at a time. */
final class Worker implements AutoCloseable {

  /** Lines of its standard error that are remembered. */
  private static final int REMEMBERED = 12;

  private static final String END = "end of output";
  private static final long MOST_SEEDS = 1L << 32;
  private static final long GRACE_SECONDS = 2;

  private final ProcessConfig config;
  private final SharedArrays data;
  private final Path folder;
  private final Process process;
  private final Writer in;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Deque<String> said = new ArrayDeque<>();
  private boolean greeted;
  private boolean broken;

  /** Starts the process. */
  Worker(ProcessConfig config, SharedArrays data, int number) {
    this.config = config;
    this.data = data;
    folder = data.folder().resolve("worker-" + number);
    List<String> command = Objects.requireNonNull(config.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    prepare(builder.environment());
    try {
      Files.createDirectory(folder);
      process = builder.start();
    } catch (IOException e) {
      throw BadInputException.at(
          "learner process, command", "a program that can be started", e.getMessage());
    }
    in = process.outputWriter(StandardCharsets.UTF_8);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    read("answers", out, answers::add, () -> answers.add(END));
    read("remarks", process.errorReader(StandardCharsets.UTF_8), this::remember, () -> {});
  }

  private void prepare(Map<String, String> environment) {
    String threads = String.valueOf(config.threads());
    for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
      environment.put(library + "_NUM_THREADS", threads);
    }
    environment.put("PYTHONHASHSEED", "0");
    String home = System.getProperty("whence.home");
    if (home != null) { // so that Python finds whence_worker
      environment.merge(
          "PYTHONPATH",
          Path.of(home, "python").toString(),
          (theirs, ours) -> theirs + File.pathSeparator + ours);
    }
  }

  private static void read(
      String what, BufferedReader from, Consumer<String> each, Runnable atEnd) {
    Thread.ofPlatform()
        .daemon()
        .name(what + " of a worker process")
        .start(
            () -> {
              try {
                from.lines().forEach(each);
              } catch (UncheckedIOException e) {
                // The stream is closed: the process has ended.
              }
              atEnd.run();
            });
  }

  private void remember(String line) {
    synchronized (said) {
      said.addLast(line.strip());
      if (said.size() > REMEMBERED) {
        said.removeFirst();
      }
    }
  }

  /** Returns whether the process can be asked again. */
  boolean ready() {
    return !broken;
  }

  /** Trains one run and returns its outputs for each set of targets. */
  float[][] train(int[] members, Key key) {
    if (!greeted) {
      ask(data.greeting());
      greeted = true;
    }
    try {
      Mask in = Mask.of(data.examples(), members);
      Path mask = folder.resolve("mask.npy");
      NpyWriter.write(mask, DType.BOOL, i -> in.holds(i) ? 1 : 0, data.examples());
      ObjectNode request = Json.mapper().createObjectNode();
      request.put("run", key.index());
      request.put("seed", key.random().nextLong(MOST_SEEDS));
      request.put("mask", mask.toString());
      ArrayNode files = request.putArray("outputs");
      for (int s = 0; s < data.targets().length; s++) {
        Path file = folder.resolve("outputs-%d.npy".formatted(s));
        Files.deleteIfExists(file);
        files.add(file.toString());
      }
      JsonNode answer = ask(request);
      if (answer.has("error")) {
        throw new FailedRunException(answer.path("error").asString());
      }
      float[][] outputs = new float[data.targets().length][];
      for (int s = 0; s < outputs.length; s++) {
        outputs[s] = outputs(Path.of(files.get(s).asString()), data.targets()[s]);
      }
      return outputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private float[] outputs(Path file, int rows) {
    String expected =
        data.outputs() == 1
            ? "floats of shape (%d,)".formatted(rows)
            : "floats of shape (%d, %d)".formatted(rows, data.outputs());
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map(file, arena);
      boolean flat = array.shape().length == 1 && data.outputs() == 1;
      boolean fits = flat || (array.shape().length == 2 && array.shape()[1] == data.outputs());
      if (!fits || array.shape()[0] != rows || !array.dtype().isFloat()) {
        throw new FailedRunException(
            "outputs: expected %s, found %s of shape %s"
                .formatted(expected, array.dtype().label(), array.shapeText()));
      }
      float[] values = new float[Math.multiplyExact(rows, data.outputs())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) array.get(i / data.outputs(), i % data.outputs());
      }
      return values;
    } catch (BadInputException e) {
      throw new FailedRunException("outputs: expected %s; %s".formatted(expected, e.getMessage()));
    }
  }

  /** Writes a line and returns the line that answers it. */
  private JsonNode ask(ObjectNode request) {
    try {
      in.write(request.toString());
      in.write('\n');
      in.flush();
    } catch (IOException e) {
      // The process has ended; the end of its output says so.
    }
    double timeout = Objects.requireNonNull(config.timeout());
    try {
      String answer = answers.poll((long) (timeout * 1000), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw broken("no answer within %s s".formatted(timeout));
      }
      if (answer.equals(END)) {
        throw broken(
            process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)
                ? "the process ended with exit code " + process.exitValue()
                : "the process closed its output");
      }
      return Json.mapper().readTree(answer);
    } catch (JacksonException e) {
      throw broken("expected a line of JSON on standard output, found something else");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken("interrupted");
    }
  }

  private FailedRunException broken(String what) {
    broken = true;
    synchronized (said) {
      return new FailedRunException(
          said.isEmpty() ? what : "%s; it last said: %s".formatted(what, String.join(" | ", said)));
    }
  }

  @Override
  public void close() {
    broken = true;
    try {
      in.close(); // tells it to end
    } catch (IOException e) {
      // It has ended.
    }
    List<ProcessHandle> children = process.descendants().toList();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
