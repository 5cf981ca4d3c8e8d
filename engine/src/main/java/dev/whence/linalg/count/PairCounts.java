package dev.whence.linalg.count;

import java.util.BitSet;

/** A symmetric d × d matrix of integers off its diagonal, in memory or on disk. */
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
   * Returns a matrix that has some rows of panel {@code p}: this one, or one that is good until
   * this thread calls again.
   */
  CountMatrix panel(int p, BitSet rows);
}
