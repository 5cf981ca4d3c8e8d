package dev.whence.base;

/** Hears how far a stage has come. */
public interface Progress {

  /** Says nothing. */
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
   * @param label what is being done
   * @param total how many steps it has
   * @param unit what a step is, in the plural, such as "models"
   */
  Task start(String label, long total, String unit);

  /** A task in progress; safe for use by several threads. */
  interface Task extends AutoCloseable {

    /** Says that {@code n} more steps are done. */
    void step(long n);

    @Override
    void close();
  }
}
