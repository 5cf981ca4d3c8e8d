package dev.whence.linalg.count;

import java.util.BitSet;

/**
 * A symmetric d × d matrix of integers with a diagonal of 0, in memory or on disk: for each pair of
 * units the number of runs that hold both, minus an offset.
 */
public sealed interface PairCounts permits CountMatrix, MappedCounts {

  /** Returns d, the number of rows and of columns. */
  int units();

  /** Returns whether elements have 32 bits; otherwise they have 16. */
  boolean wide();

  /** Returns the largest magnitude of an element. */
  int largest();

  /** Returns element (j, k); 0 on the diagonal. */
  int get(int j, int k);

  /**
   * Returns a matrix that has the requested rows of panel {@code p}, columns 64·p … 64·p + 63 of
   * this matrix, at the same places: this matrix itself, or a matrix that is valid until the next
   * call by this thread.
   *
   * @param rows the requested rows; other rows of the panel may have any value
   */
  CountMatrix panel(int p, BitSet rows);
}
