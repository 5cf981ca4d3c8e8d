package dev.whence.pool;

import dev.whence.base.Parallel;
import java.util.Arrays;
import java.util.List;

/** Trains one model a thread. */
public final class ThreadExecutor implements Executor {

  private final Parallel parallel;

  /** Makes an executor of {@code threads} threads. */
  public ThreadExecutor(int threads) {
    parallel = new Parallel(threads);
  }

  @Override
  public List<RunResult> execute(RunTask task, long first, int count) {
    RunResult[] results = new RunResult[count];
    parallel.forEach(count, i -> results[i] = task.run(first + i));
    return Arrays.asList(results);
  }

  @Override
  public void close() {
    parallel.close();
  }
}
