package dev.whence.linalg;

/** A system property that forces kernels names none that can run here. */
public final class UnknownKernelsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownKernelsException(String message) {
    super(message);
  }
}
