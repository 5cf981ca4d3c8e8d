package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Trains one model a thread. Threads take runs in the order of their rows, over the ends of chunks,
 * so that none waits for another; as a rule no more chunks are in flight than threads.
 */
@Api
public final class ThreadExecutor implements Executor {

  private final Workers workers;

  /** Makes an executor on threads that belong to the caller. */
  public ThreadExecutor(Workers workers) {
    this.workers = workers;
  }

  /** Makes executors of this process's threads. */
  public static final class Factory implements ExecutorFactory {
    @Override
    public String name() {
      return "threads";
    }

    @Override
    public String description() {
      return "the threads of this process, a model each";
    }

    @Override
    public Executor create(Workers workers) {
      return new ThreadExecutor(workers);
    }
  }

  @Override
  public void execute(Job job, List<Chunk> chunks, Results results) throws IOException {
    InFlight[] all = chunks.stream().map(InFlight::new).toArray(InFlight[]::new);
    int[] begin = new int[all.length]; // number of the runs in the chunks before
    int runs = 0;
    for (int c = 0; c < all.length; c++) {
      begin[c] = runs;
      runs = Math.addExact(runs, chunks.get(c).runs());
    }
    try (Runner runner = new Runner(job)) {
      workers
          .parallel()
          .forEach(
              runs,
              i -> {
                int found = Arrays.binarySearch(begin, i);
                int c = found >= 0 ? found : -found - 2;
                RunResult result = runner.run(chunks.get(c).first() + i - begin[c]);
                results.run();
                List<RunResult> complete = all[c].put(i - begin[c], result);
                if (!complete.isEmpty()) {
                  hand(results, c, complete);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void hand(Results results, int chunk, List<RunResult> runs) {
    try {
      results.chunk(chunk, runs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The runs of a chunk, from the first that is trained to the last. */
  private static final class InFlight {
    private final AtomicInteger missing;
    private RunResult[] runs = new RunResult[0];

    InFlight(Chunk chunk) {
      missing = new AtomicInteger(chunk.runs());
    }

    /** Keeps a run; returns the chunk's runs when it is the last of them, before that none. */
    List<RunResult> put(int index, RunResult run) {
      synchronized (this) {
        if (runs.length == 0) {
          runs = new RunResult[missing.get()];
        }
        runs[index] = run;
      }
      if (missing.decrementAndGet() > 0) {
        return List.of();
      }
      List<RunResult> complete = Arrays.asList(runs);
      runs = new RunResult[0];
      return complete;
    }
  }

  @Override
  public void close() {}
}
