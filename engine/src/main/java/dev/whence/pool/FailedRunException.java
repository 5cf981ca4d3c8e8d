package dev.whence.pool;

/** A run whose model cannot be used; says which and why. */
public final class FailedRunException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FailedRunException(String message) {
    super(message);
  }
}
