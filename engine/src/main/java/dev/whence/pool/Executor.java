package dev.whence.pool;

import java.util.List;

/** Where runs are trained: this process's threads, or the workers of a cluster. */
public interface Executor extends AutoCloseable {

  /**
   * Trains rows {@code first} … {@code first + count − 1} and returns their results in that order.
   */
  List<RunResult> execute(RunTask task, long first, int count);

  @Override
  void close();
}
