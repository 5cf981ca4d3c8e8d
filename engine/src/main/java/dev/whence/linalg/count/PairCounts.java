package dev.whence.linalg.count;

import java.util.BitSet;

/** A symmetric d × d matrix of integers with a diagonal of 0, in memory or on disk. */
public sealed interface PairCounts permits CountMatrix, MappedCounts {

  /** Returns d. */
  int units();

  /** Returns whether elements have 32 bits. */
  boolean wide();

  /** Returns the largest magnitude of an element. */
  int largest();

  /** Returns element (j, k); 0 on the diagonal. */
  int get(int j, int k);

  /**
   * Returns a matrix with the requested rows of panel {@code p}: this matrix, or a matrix that is
   * valid until the next call by this thread.
   *
   * @param rows the requested rows; other rows of the panel may have any value
   */
  CountMatrix panel(int p, BitSet rows);
}
