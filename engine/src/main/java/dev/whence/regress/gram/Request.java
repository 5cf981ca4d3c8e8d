package dev.whence.regress.gram;

/** What a solver needs of a Gram matrix that is read once for many of them. */
public sealed interface Request permits GramProduct, Gathering {

  /** Returns the matrix that is to be read. */
  Gram gram();
}
