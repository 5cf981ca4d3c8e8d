package dev.whence.linalg;

/** Thrown where a system property names kernels that do not exist or cannot run on this machine. */
public final class UnknownKernelsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownKernelsException(String message) {
    super(message);
  }
}
