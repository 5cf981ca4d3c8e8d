package dev.whence.learn.process;

import dev.whence.base.BadInputException;
import dev.whence.learn.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of {@link ProcessLearner}, with defaults in brackets.
 *
 * @param command the program and its arguments, such as {@code ["python3", "train.py"]}
 * @param timeout seconds within which a process must be ready, and within which it must train a run
 *     [600]
 * @param returns logits, or output: one number a target, which is recorded as it is [logits]
 * @param threads number of threads that each process should use, set in OMP_NUM_THREADS and similar
 *     variables [1]
 * @param directory the folder that the program is started in, wherever {@code whence train} is
 *     called [the folder that the study is made from]
 * @param files files that the program reads, besides those that its arguments name [none]
 * @param fingerprints SHA-256 of every file that the arguments and {@code files} name; a file that
 *     changed is refused [computed when the study is made]
 */
public record ProcessConfig(
    @Setting("the program and its arguments, such as [\"python3\",\"train.py\"]")
        List<String> command,
    @Setting(
            value = "seconds within which a process must be ready, and train a run",
            range = "above 0",
            otherwise = "600")
        double timeout,
    @Setting(
            value = "logits, or output: one number a target, which is recorded as it is",
            range = "logits or output",
            otherwise = "logits")
        String returns,
    @Setting(
            value = "that each process should use, as OMP_NUM_THREADS and its like tell it",
            range = "at least 1",
            otherwise = "1")
        int threads,
    @Setting(
            value = "that the program is started in, wherever whence train is called",
            otherwise = "the folder that whence init is called in")
        String directory,
    @Setting(
            value = "that the program reads, besides those that its arguments name",
            otherwise = "none")
        List<String> files,
    @Nullable Map<String, String> fingerprints) {

  static final String OUTPUT = "output";
  private static final String LOGITS = "logits";

  static final ProcessConfig DEFAULTS =
      new ProcessConfig(List.of(), 600, LOGITS, 1, "", List.of(), null);

  public ProcessConfig {
    command = List.copyOf(command);
    files = List.copyOf(files);
    fingerprints = fingerprints == null ? null : new TreeMap<>(fingerprints);
    if (!(timeout > 0 && timeout <= 1e9)) {
      throw BadInputException.at("learner process, timeout", "seconds above 0", timeout);
    }
    if (!List.of(LOGITS, OUTPUT).contains(returns)) {
      throw BadInputException.at("learner process, returns", LOGITS + " or " + OUTPUT, returns);
    }
    if (threads < 1) {
      throw BadInputException.at("learner process, threads", "at least 1", threads);
    }
  }

  /**
   * Returns this configuration with all defaults filled in; a configuration without a command is
   * refused.
   */
  ProcessConfig complete() {
    if (command.isEmpty() || command.getFirst().isBlank()) {
      throw BadInputException.at(
          "learner process, command",
          "a program and its arguments such as [\"python3\",\"train.py\"]",
          command.isEmpty() ? "nothing" : command);
    }
    String in = directory.isEmpty() ? Path.of("").toAbsolutePath().toString() : directory;
    return new ProcessConfig(
        command,
        timeout,
        returns,
        threads,
        in,
        files,
        fingerprints == null
            ? ProgramFiles.fingerprints(Path.of(in), command, files)
            : fingerprints);
  }

  /** Returns this configuration with the fingerprints of the files as they are now. */
  ProcessConfig renewed() {
    return new ProcessConfig(command, timeout, returns, threads, directory, files, null).complete();
  }

  /** Refuses files that changed since the study was made. */
  void check() {
    Path in = Path.of(directory);
    Map<String, String> then = Objects.requireNonNull(fingerprints);
    Map<String, String> now = ProgramFiles.fingerprints(in, command, files);
    then.forEach(
        (file, fingerprint) -> {
          String found = now.get(file);
          if (!fingerprint.equals(found)) {
            throw BadInputException.at(
                in.resolve(file),
                "the file that the study was made with (to go on with another: whence train --accept)",
                found == null ? "nothing there" : "one that has changed since");
          }
        });
  }
}
