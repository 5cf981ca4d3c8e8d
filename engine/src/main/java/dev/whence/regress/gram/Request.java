package dev.whence.regress.gram;

/** A solver's request to read a Gram matrix; one reading serves the requests of many solvers. */
public sealed interface Request permits GramProduct, Gathering {

  /** Returns the matrix that is to be read. */
  Gram gram();
}
