package dev.whence.store;

import dev.whence.base.AtomicFile;

/**
 * Ends the program, as far as a test can see: from some change of a file on, every change throws.
 * What a program that dies leaves on disk is then what the test finds.
 */
public final class Crash extends Error implements AutoCloseable {

  private static final long serialVersionUID = 1;

  private long left;

  private Crash(long changes) {
    super("crash", null, false, false);
    left = changes;
  }

  /** Lets {@code changes} changes of files happen and no more, until this is closed. */
  public static Crash after(long changes) {
    Crash crash = new Crash(changes);
    AtomicFile.beforeChange = crash::change;
    return crash;
  }

  private synchronized void change() {
    if (--left < 0) {
      throw this;
    }
  }

  @Override
  public void close() {
    AtomicFile.beforeChange = () -> {};
  }
}
