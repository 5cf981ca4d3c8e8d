package dev.whence.regress;

import dev.whence.linalg.CountMatrix;

/** The part of a Gram matrix's counts that some units have with each other, packed. */
final class SubGram {

  private final Gram gram;
  private final boolean wide;
  private final SubGrams memory;
  private CountMatrix counts;

  SubGram(Gram gram, SubGrams memory) {
    this.gram = gram;
    this.memory = memory;
    wide = gram.matrices().size() > 1 || gram.matrices().getFirst().wide();
    counts = memory.take(1, wide);
  }

  /** Gives the memory back; the end of this. */
  void close() {
    memory.give(counts);
  }

  /** Returns the counts, of which the first units added are the first rows and columns. */
  CountMatrix counts() {
    return counts;
  }

  /**
   * Adds units.
   *
   * @param variables all units, those that are here already first
   * @param from how many are here
   * @param to how many are to be
   */
  void extend(int[] variables, int from, int to) {
    if (to > counts.units()) {
      CountMatrix old = counts;
      counts = memory.take(to, wide);
      counts.copy(old, from);
      memory.give(old);
    }
    for (int k = from; k < to; k++) {
      int[] column = new int[k];
      gram.gather(variables[k], variables, k, column);
      for (int i = 0; i < k; i++) {
        counts.set(i, k, column[i]);
      }
    }
  }
}
