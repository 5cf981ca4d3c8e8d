package dev.whence.learn.process;

import dev.whence.data.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of {@link ProcessLearner}; those left out get the defaults in brackets.
 *
 * @param command the program and its arguments, such as {@code ["python3", "train.py"]}
 * @param timeout seconds within which a process must be ready, and train a run [600]
 * @param returns logits, or output: one number a target, which is recorded as it is [logits]
 * @param threads that each process should use, as OMP_NUM_THREADS and its like tell it [1]
 */
public record ProcessConfig(
    @Nullable List<String> command,
    @Nullable Double timeout,
    @Nullable String returns,
    @Nullable Integer threads) {

  static final String OUTPUT = "output";
  private static final String LOGITS = "logits";
  private static final double DEFAULT_TIMEOUT = 600;

  public ProcessConfig {
    if (command != null) {
      command = List.copyOf(command);
    }
    if (timeout != null && !(timeout > 0 && timeout <= 1e9)) {
      throw BadInputException.at("learner process, timeout", "seconds above 0", timeout);
    }
    if (returns != null && !List.of(LOGITS, OUTPUT).contains(returns)) {
      throw BadInputException.at("learner process, returns", LOGITS + " or " + OUTPUT, returns);
    }
    if (threads != null && threads < 1) {
      throw BadInputException.at("learner process, threads", "at least 1", threads);
    }
  }

  /** Returns this configuration, complete; one without a command is refused. */
  ProcessConfig complete() {
    if (command == null || command.isEmpty() || command.getFirst().isBlank()) {
      throw BadInputException.at(
          "learner process, command",
          "a program and its arguments such as [\"python3\",\"train.py\"]",
          command == null ? "nothing" : command);
    }
    return new ProcessConfig(
        command,
        timeout == null ? DEFAULT_TIMEOUT : timeout,
        returns == null ? LOGITS : returns,
        threads == null ? 1 : threads);
  }
}
