package dev.whence.base;

/** The threads that work on a stage, and what hears of its progress. */
@Api
public final class Workers implements AutoCloseable {

  private final Parallel parallel;
  private final Progress progress;

  /**
   * Makes workers.
   *
   * @param threads number of threads, at least 1
   */
  public Workers(int threads, Progress progress) {
    parallel = new Parallel(threads);
    this.progress = progress;
  }

  /** Returns workers that report no progress. */
  public static Workers threads(int threads) {
    return new Workers(threads, Progress.NONE);
  }

  /** Returns the threads. */
  public Parallel parallel() {
    return parallel;
  }

  /** Returns the number of threads. */
  public int threads() {
    return parallel.threads();
  }

  /** Returns what hears of the progress. */
  public Progress progress() {
    return progress;
  }

  @Override
  public void close() {
    parallel.close();
  }
}
