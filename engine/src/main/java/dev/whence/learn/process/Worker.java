package dev.whence.learn.process;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.data.DType;
import dev.whence.data.NpyArray;
import dev.whence.data.NpyWriter;
import dev.whence.data.Relabelling;
import dev.whence.design.Mask;
import dev.whence.learn.FailedRunException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One process that trains runs, one after the other; used by one thread at a time. */
final class Worker implements AutoCloseable {

  /** Number of the last lines, other than answers, that the reason of a failure quotes. */
  private static final int REMEMBERED = 12;

  /** Newest version of the protocol: 2 gives a run its labels where they are not those of S. */
  static final int NEWEST = 2;

  private static final String END = "end of output";

  /**
   * Largest rounding error to float32 that is accepted, as a fraction of the range of a row's
   * scores.
   */
  private static final double COARSEST = 1e-3;

  /**
   * Environment variable of a worker and of all processes that it starts, by which they are found
   * when the worker ends.
   */
  private static final String MARK = "WHENCE_WORKER";

  private static final long MOST_SEEDS = 1L << 32;
  private static final long GRACE_SECONDS = 2;

  private final ProcessConfig config;
  private final SharedArrays data;
  private final Path folder;
  private final Process process;
  private final Writer in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Deque<String> said = new ArrayDeque<>();
  private final Path log;
  private final Writer toLog;
  private final String mark;
  private boolean greeted;

  /** Version of the protocol that the program speaks. */
  private int version = 1;

  private boolean broken;

  /** Starts the process. */
  Worker(ProcessConfig config, SharedArrays data, int number) {
    this.config = config;
    this.data = data;
    folder = data.folder().resolve("worker-" + number);
    log = data.workplace().logs().resolve("worker-%d.log".formatted(number));
    mark = folder.toString();
    List<String> command = config.command();
    try {
      Files.createDirectories(log.getParent());
      Files.createDirectory(folder);
      toLog = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = start(command);
    remember("started %s: %s".formatted(Instant.now(), String.join(" ", command)), false);
    in = process.outputWriter(StandardCharsets.UTF_8);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    read("answers", out, lines::add, () -> lines.add(END));
    read(
        "remarks",
        process.errorReader(StandardCharsets.UTF_8),
        line -> remember(line, true),
        () -> {});
  }

  private Process start(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(new File(config.directory()));
    prepare(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw BadInputException.at(
          "learner process, command", "a program that can be started", e.getMessage());
    }
  }

  private void prepare(Map<String, String> environment) {
    String threads = String.valueOf(config.threads());
    for (String library : List.of("OMP", "OPENBLAS", "MKL")) {
      environment.put(library + "_NUM_THREADS", threads);
    }
    environment.put("PYTHONHASHSEED", "0");
    environment.put(MARK, mark);
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

  /**
   * Writes a line that is no answer to the log.
   *
   * @param quotable whether the reason of a failure may quote the line
   */
  private void remember(String line, boolean quotable) {
    synchronized (said) {
      try {
        toLog.write(line + "\n");
        toLog.flush();
      } catch (IOException e) {
        // A log that cannot be written is no reason to stop.
      }
      if (quotable && !line.isBlank()) {
        said.addLast(line.strip());
        if (said.size() > REMEMBERED) {
          said.removeFirst();
        }
      }
    }
  }

  /** Returns whether the process can be given another run. */
  boolean ready() {
    return !broken;
  }

  /** Trains one run and returns its outputs for each set of targets. */
  float[][] train(int[] members, Relabelling changed, Key key) {
    if (!greeted) {
      JsonNode ready = ask(data.greeting(), answer -> answer.path("ready").asBoolean(false));
      version = ready.path("whence").asInt(1);
      greeted = true;
    }
    if (!changed.isEmpty() && version < NEWEST) {
      throw BadInputException.at(
          "learner process",
          "a program that takes labels with a run (protocol 2; whence_worker.py of this version)",
          "protocol " + version);
    }
    try {
      int examples = data.labels().rows();
      Mask in = Mask.of(examples, members);
      Path mask = folder.resolve("mask.npy");
      NpyWriter.write(mask, DType.BOOL, i -> in.holds(i) ? 1 : 0, examples);
      ObjectNode request = Json.mapper().createObjectNode();
      request.put("run", key.index());
      request.put("seed", key.random().nextLong(MOST_SEEDS));
      request.put("mask", mask.toString());
      if (!changed.isEmpty()) {
        Path labels = folder.resolve("labels.npy");
        request.put("labels", SharedArrays.labels(labels, changed.apply(data.labels())).toString());
      }
      ArrayNode files = request.putArray("outputs");
      for (int s = 0; s < data.targets().length; s++) {
        Path file = folder.resolve("outputs-%d.npy".formatted(s));
        Files.deleteIfExists(file);
        files.add(file.toString());
      }
      JsonNode answer = ask(request, a -> names(a.path("done"), key) || isError(a, key));
      if (answer.has("error")) {
        broken |= !answer.has("run"); // later answers could belong to any run
        throw new FailedRunException(answer.path("error").asString() + whole());
      }
      float[][] outputs = new float[data.targets().length][];
      for (int s = 0; s < outputs.length; s++) {
        outputs[s] = outputs(Path.of(files.get(s).asString()), data.targets()[s], members);
      }
      return outputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean names(JsonNode run, Key key) {
    return run.isIntegralNumber() && run.asLong() == key.index();
  }

  private static boolean isError(JsonNode answer, Key key) {
    return answer.path("error").isString()
        && (!answer.has("run") || names(answer.path("run"), key));
  }

  private float[] outputs(Path file, int rows, int[] members) {
    String expected =
        data.outputs() == 1
            ? "floats of shape (%d,)".formatted(rows)
            : "floats of shape (%d, %d), a column for each class".formatted(rows, data.outputs());
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map(file, arena);
      boolean flat = array.shape().length == 1 && data.outputs() == 1;
      boolean fits = flat || (array.shape().length == 2 && array.shape()[1] == data.outputs());
      if (!fits || array.shape()[0] != rows || !array.dtype().isFloat()) {
        List<String> lacking = data.lacking(members);
        throw new FailedRunException(
            "outputs: expected %s, found %s of shape %s%s"
                .formatted(
                    expected,
                    array.dtype().label(),
                    array.shapeText(),
                    lacking.isEmpty()
                        ? ""
                        : "; the subset has no example of class " + String.join(", ", lacking)));
      }
      float[] values = new float[Math.multiplyExact(rows, data.outputs())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) array.get(i / data.outputs(), i % data.outputs());
      }
      if (array.dtype() == DType.FLOAT64) {
        requirePrecision(array, rows);
      }
      return values;
    } catch (BadInputException e) {
      throw new FailedRunException("outputs: expected %s; %s".formatted(expected, e.getMessage()));
    }
  }

  /** Refuses class scores that float32 cannot tell apart. */
  private void requirePrecision(NpyArray array, int rows) {
    for (int i = 0; i < rows && data.outputs() > 1; i++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double worst = 0;
      for (int c = 0; c < data.outputs(); c++) {
        double value = array.get(i, c);
        low = Math.min(low, value);
        high = Math.max(high, value);
        worst = Math.max(worst, Math.abs(value - (float) value));
      }
      if (worst > COARSEST * (high - low)) {
        throw new FailedRunException(
            "outputs, row %d: expected scores that float32 can tell apart (subtract their mean), found %s to %s"
                .formatted(i, low, high));
      }
    }
  }

  /** Returns the JSON object on a line; an empty object where the line is no JSON object. */
  private static JsonNode json(String line) {
    try {
      JsonNode json = Json.mapper().readTree(line);
      return json.isObject() ? json : Json.mapper().createObjectNode();
    } catch (JacksonException e) {
      return Json.mapper().createObjectNode();
    }
  }

  /**
   * Writes a request and returns the answer; lines that are no answer go to the log.
   *
   * @param isAnswer whether a JSON object answers the request
   */
  private JsonNode ask(ObjectNode request, Predicate<JsonNode> isAnswer) {
    try {
      in.write(request.toString());
      in.write('\n');
      in.flush();
    } catch (IOException e) {
      // The process has ended; the end of its output says so.
    }
    double timeout = config.timeout();
    long end = System.nanoTime() + (long) (timeout * 1e9);
    try {
      while (true) {
        String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw broken("no answer within %s s".formatted(timeout));
        }
        if (line.equals(END)) {
          throw broken(
              process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)
                  ? Signals.text(process.exitValue())
                  : "the process closed its output");
        }
        JsonNode answer = json(line);
        if (isAnswer.test(answer)) {
          return answer;
        }
        remember(line, true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken("interrupted");
    }
  }

  private FailedRunException broken(String what) {
    broken = true;
    synchronized (said) {
      return new FailedRunException(
          (said.isEmpty() ? what : "%s; it last said: %s".formatted(what, String.join(" | ", said)))
              + whole());
    }
  }

  /**
   * Returns the end of a failure's message, which names the log of everything that the process
   * printed.
   */
  private String whole() {
    return " (all that it said: %s)".formatted(log);
  }

  @Override
  public void close() {
    broken = true;
    Set<ProcessHandle> others = Descendants.of(process, MARK, mark);
    try {
      in.close(); // the end of its input tells the process to end
    } catch (IOException e) {
      // The process has ended.
    }
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    others.addAll(Descendants.of(process, MARK, mark));
    others.forEach(ProcessHandle::destroyForcibly);
    synchronized (said) {
      try {
        toLog.close();
      } catch (IOException e) {
        // A log that cannot be written is no reason to stop.
      }
    }
  }
}
