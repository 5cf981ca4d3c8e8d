package dev.whence.pool;

import dev.whence.base.Api;
import java.io.IOException;
import java.util.List;

/** Where runs are trained: the threads of this process, or the workers of a cluster. */
@Api
public interface Executor extends AutoCloseable {

  /**
   * A stretch of rows that is written at once.
   *
   * @param first its first row
   * @param runs number of its rows
   */
  record Chunk(long first, int runs) {}

  /** Receives what is trained, from any thread. */
  interface Results {

    /** Hears that one more run is trained. */
    void run();

    /**
     * Takes the runs of a chunk, in the order of their rows, as soon as all are trained; chunks
     * come in any order.
     *
     * @param chunk index in the list of chunks
     */
    void chunk(int chunk, List<RunResult> runs) throws IOException;
  }

  /**
   * Trains the runs of all chunks and returns when {@code results} has taken the last of them.
   * Several chunks may be in flight; what a crash costs is those.
   */
  void execute(Job job, List<Chunk> chunks, Results results) throws IOException;

  @Override
  void close();
}
