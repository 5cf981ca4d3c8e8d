package dev.whence.learn;

import dev.whence.base.Api;

/** Thrown where a model cannot be trained, or cannot be used; the message says why. */
@Api
public final class FailedRunException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FailedRunException(String message) {
    super(message);
  }
}
