package dev.whence.linalg.count;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Computes {@link CountKernels#weigh} on vectors: adds the weight of each column to the sums of the
 * rows in which the column is 1. Each lane of a vector has the sum of one row and adds the weight
 * where the row's bit of the column's word is 1. Eight vectors of sums stay in registers while the
 * columns pass.
 */
final class VectorWeigher {

  private static final VectorSpecies<Long> LONGS = Widest.LONGS;
  private static final VectorSpecies<Double> DOUBLES = Widest.DOUBLES;

  /** Vector whose lane i holds the number i. */
  private static final LongVector ROWS = LongVector.zero(LONGS).addIndex(1);

  private VectorWeigher() {}

  /**
   * Adds the product Xw over 64 rows of X to {@code out}, [64]: {@link CountKernels#weigh}, with
   * the same parameters.
   */
  static void weigh(long[] word, int[] columns, double[] weights, double[] out) {
    for (int first = 0; first < Long.SIZE; first += 8 * DOUBLES.length()) {
      weigh(word, columns, weights, first, out);
    }
  }

  /**
   * Adds the weights of the columns to the sums of the rows in eight vectors, from row {@code
   * first} of the word's 64 rows on.
   */
  private static void weigh(long[] word, int[] columns, double[] weights, int first, double[] out) {
    int n = DOUBLES.length();
    LongVector bit = LongVector.broadcast(LONGS, 1L << first).lanewise(LSHL, ROWS);
    DoubleVector a = DoubleVector.fromArray(DOUBLES, out, first);
    DoubleVector b = DoubleVector.fromArray(DOUBLES, out, first + n);
    DoubleVector c = DoubleVector.fromArray(DOUBLES, out, first + 2 * n);
    DoubleVector d = DoubleVector.fromArray(DOUBLES, out, first + 3 * n);
    DoubleVector e = DoubleVector.fromArray(DOUBLES, out, first + 4 * n);
    DoubleVector f = DoubleVector.fromArray(DOUBLES, out, first + 5 * n);
    DoubleVector g = DoubleVector.fromArray(DOUBLES, out, first + 6 * n);
    DoubleVector h = DoubleVector.fromArray(DOUBLES, out, first + 7 * n);
    for (int i = 0; i < columns.length; i++) {
      long bits = word[columns[i]];
      DoubleVector w = DoubleVector.broadcast(DOUBLES, weights[i]);
      a = a.add(w, held(bits, bit));
      b = b.add(w, held(bits >>> n, bit));
      c = c.add(w, held(bits >>> 2 * n, bit));
      d = d.add(w, held(bits >>> 3 * n, bit));
      e = e.add(w, held(bits >>> 4 * n, bit));
      f = f.add(w, held(bits >>> 5 * n, bit));
      g = g.add(w, held(bits >>> 6 * n, bit));
      h = h.add(w, held(bits >>> 7 * n, bit));
    }
    a.intoArray(out, first);
    b.intoArray(out, first + n);
    c.intoArray(out, first + 2 * n);
    d.intoArray(out, first + 3 * n);
    e.intoArray(out, first + 4 * n);
    f.intoArray(out, first + 5 * n);
    g.intoArray(out, first + 6 * n);
    h.intoArray(out, first + 7 * n);
  }

  /**
   * Returns the mask of the lanes whose element of {@code bit}, a number with one bit, shares the
   * bit with {@code bits}.
   */
  private static VectorMask<Double> held(long bits, LongVector bit) {
    return LongVector.broadcast(LONGS, bits).and(bit).compare(NE, 0).cast(DOUBLES);
  }
}
