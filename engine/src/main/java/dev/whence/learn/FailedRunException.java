package dev.whence.learn;

/** A model that could not be trained, or cannot be used; says why. */
public final class FailedRunException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FailedRunException(String message) {
    super(message);
  }
}
