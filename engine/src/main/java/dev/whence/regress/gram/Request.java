package dev.whence.regress.gram;

/**
 * A solver's request to read a Gram matrix; one reading of the matrix serves many solvers'
 * requests.
 */
public sealed interface Request permits GramProduct, Gathering {

  /** Returns the Gram matrix that is to be read. */
  Gram gram();
}
