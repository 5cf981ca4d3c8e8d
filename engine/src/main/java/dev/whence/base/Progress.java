package dev.whence.base;

/** Receives reports of how far a stage has come. */
@Api
public interface Progress {

  /** Ignores all reports. */
  Progress NONE =
      (label, total, unit) ->
          new Task() {
            @Override
            public void step(long n) {}

            @Override
            public void close() {}
          };

  /**
   * Begins a task.
   *
   * @param label text that names the task, such as "importing"
   * @param total number of steps of the task
   * @param unit name of a step, in the plural, such as "models"
   */
  Task start(String label, long total, String unit);

  /** A task in progress; safe for use by several threads. */
  interface Task extends AutoCloseable {

    /** Reports that {@code n} more steps are done. */
    void step(long n);

    @Override
    void close();
  }
}
