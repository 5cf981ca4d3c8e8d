package dev.whence.linalg.count;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ProductKernels} on vectors of 256 or 512 bits. {@link #product} keeps in registers the
 * sums of two vectors of columns for each of 5 sets of weights, {@link #add} the sums of up to
 * eight vectors of columns.
 *
 * <p>The launcher keeps {@code single}, {@code columns} and {@code wideColumns} from being inlined
 * (docs/decisions/0009): when each method is compiled by itself, its accumulators stay in
 * registers; inlined into a large method they may not, and then a step takes tens of times as long.
 */
final class VectorProductKernels implements ProductKernels {

  private static final boolean BITS_512 = Widest.BITS_512;
  private static final VectorSpecies<Float> FLOATS = Widest.FLOATS;
  private static final VectorSpecies<Double> DOUBLES = Widest.DOUBLES;
  private static final VectorSpecies<Integer> INTS = Widest.INTS;
  private static final VectorSpecies<Integer> HALF_INTS = Widest.HALF_INTS;
  private static final VectorSpecies<Short> HALF_SHORTS = Widest.HALF_SHORTS;
  private static final VectorSpecies<Short> QUARTER_SHORTS = Widest.QUARTER_SHORTS;

  /** Number of floats in a vector. */
  private static final int F = FLOATS.length();

  /** Number of doubles in a vector. */
  private static final int D = DOUBLES.length();

  @Override
  public String name() {
    return "vector" + FLOATS.vectorBitSize();
  }

  @Override
  public void product(
      CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out) {
    assert CountFence.product(matrix, panel, rows, n, weights, out);
    for (int k = 0; k < TILE; k += 2 * F) {
      if (matrix.wide()) {
        wideTile(matrix.wide(panel), k, rows, n, weights, out);
      } else {
        tile(matrix.narrow(panel), k, rows, n, weights, out);
      }
    }
  }

  private static FloatVector floats(short[] panel, int at) {
    return (FloatVector)
        ShortVector.fromArray(HALF_SHORTS, panel, at).convertShape(VectorOperators.S2F, FLOATS, 0);
  }

  /**
   * Computes {@link #product} for two vectors of columns, from column {@code k} of a panel of
   * 16-bit elements on, for all 5 sets of weights; keeps the sums in registers.
   */
  private static void tile(short[] panel, int k, int[] rows, int n, float[] weights, float[] out) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    for (int i = 0; i < n; i++) {
      int at = rows[i] * TILE + k;
      FloatVector a = floats(panel, at);
      FloatVector b = floats(panel, at + F);
      int w = i * SETS;
      FloatVector x = FloatVector.broadcast(FLOATS, weights[w]);
      a0 = x.fma(a, a0);
      b0 = x.fma(b, b0);
      x = FloatVector.broadcast(FLOATS, weights[w + 1]);
      a1 = x.fma(a, a1);
      b1 = x.fma(b, b1);
      x = FloatVector.broadcast(FLOATS, weights[w + 2]);
      a2 = x.fma(a, a2);
      b2 = x.fma(b, b2);
      x = FloatVector.broadcast(FLOATS, weights[w + 3]);
      a3 = x.fma(a, a3);
      b3 = x.fma(b, b3);
      x = FloatVector.broadcast(FLOATS, weights[w + 4]);
      a4 = x.fma(a, a4);
      b4 = x.fma(b, b4);
    }
    store(a0, b0, out, k);
    store(a1, b1, out, k + TILE);
    store(a2, b2, out, k + 2 * TILE);
    store(a3, b3, out, k + 3 * TILE);
    store(a4, b4, out, k + 4 * TILE);
  }

  private static void store(FloatVector a, FloatVector b, float[] out, int at) {
    a.intoArray(out, at);
    b.intoArray(out, at + F);
  }

  /**
   * Computes {@link #product} for two vectors of columns, from column {@code k} of a panel of
   * 32-bit elements on, one set of weights after another; such panels are rare.
   */
  private static void wideTile(
      int[] panel, int k, int[] rows, int n, float[] weights, float[] out) {
    for (int l = 0; l < SETS; l++) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = a;
      for (int i = 0; i < n; i++) {
        int at = rows[i] * TILE + k;
        FloatVector x = FloatVector.broadcast(FLOATS, weights[i * SETS + l]);
        a = x.fma(floats(panel, at), a);
        b = x.fma(floats(panel, at + F), b);
      }
      store(a, b, out, k + l * TILE);
    }
  }

  private static FloatVector floats(int[] panel, int at) {
    return (FloatVector)
        IntVector.fromArray(INTS, panel, at).convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  @Override
  public void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, double[] weights, double[] out) {
    assert CountFence.add(matrix, panel, rows, from, to, weights.length, out.length);
    for (int k = 0; k < TILE; k += 8 * D) {
      if (matrix.wide()) {
        wideColumns(matrix.wide(panel), k, rows, from, to, weights, out);
      } else {
        columns(matrix.narrow(panel), k, rows, from, to, weights, out);
      }
    }
  }

  @Override
  public void add(
      CountMatrix matrix, int panel, int[] rows, int from, int to, float[] weights, float[] out) {
    assert CountFence.add(matrix, panel, rows, from, to, weights.length, out.length);
    if (matrix.wide()) {
      wideSingle(matrix.wide(panel), rows, from, to, weights, out);
    } else {
      single(matrix.narrow(panel), rows, from, to, weights, out);
    }
  }

  private static void wideSingle(
      int[] panel, int[] rows, int from, int to, float[] weights, float[] out) {
    for (int k = 0; k < TILE; k += F) {
      FloatVector a = FloatVector.fromArray(FLOATS, out, k);
      for (int i = from; i < to; i++) {
        a = FloatVector.broadcast(FLOATS, weights[i]).fma(floats(panel, rows[i] * TILE + k), a);
      }
      a.intoArray(out, k);
    }
  }

  private static void single(
      short[] panel, int[] rows, int from, int to, float[] weights, float[] out) {
    FloatVector a0 = FloatVector.fromArray(FLOATS, out, 0);
    FloatVector a1 = FloatVector.fromArray(FLOATS, out, F);
    FloatVector a2 = FloatVector.fromArray(FLOATS, out, 2 * F);
    FloatVector a3 = FloatVector.fromArray(FLOATS, out, 3 * F);
    FloatVector a4 = BITS_512 ? a0 : FloatVector.fromArray(FLOATS, out, 4 * F);
    FloatVector a5 = BITS_512 ? a0 : FloatVector.fromArray(FLOATS, out, 5 * F);
    FloatVector a6 = BITS_512 ? a0 : FloatVector.fromArray(FLOATS, out, 6 * F);
    FloatVector a7 = BITS_512 ? a0 : FloatVector.fromArray(FLOATS, out, 7 * F);
    for (int i = from; i < to; i++) {
      int at = rows[i] * TILE;
      FloatVector x = FloatVector.broadcast(FLOATS, weights[i]);
      a0 = x.fma(floats(panel, at), a0);
      a1 = x.fma(floats(panel, at + F), a1);
      a2 = x.fma(floats(panel, at + 2 * F), a2);
      a3 = x.fma(floats(panel, at + 3 * F), a3);
      if (!BITS_512) {
        a4 = x.fma(floats(panel, at + 4 * F), a4);
        a5 = x.fma(floats(panel, at + 5 * F), a5);
        a6 = x.fma(floats(panel, at + 6 * F), a6);
        a7 = x.fma(floats(panel, at + 7 * F), a7);
      }
    }
    a0.intoArray(out, 0);
    a1.intoArray(out, F);
    a2.intoArray(out, 2 * F);
    a3.intoArray(out, 3 * F);
    if (!BITS_512) {
      a4.intoArray(out, 4 * F);
      a5.intoArray(out, 5 * F);
      a6.intoArray(out, 6 * F);
      a7.intoArray(out, 7 * F);
    }
  }

  private static DoubleVector doubles(short[] panel, int at) {
    return (DoubleVector)
        ShortVector.fromArray(QUARTER_SHORTS, panel, at)
            .convertShape(VectorOperators.S2D, DOUBLES, 0);
  }

  private static void columns(
      short[] panel, int k, int[] rows, int from, int to, double[] weights, double[] out) {
    DoubleVector a0 = DoubleVector.fromArray(DOUBLES, out, k);
    DoubleVector a1 = DoubleVector.fromArray(DOUBLES, out, k + D);
    DoubleVector a2 = DoubleVector.fromArray(DOUBLES, out, k + 2 * D);
    DoubleVector a3 = DoubleVector.fromArray(DOUBLES, out, k + 3 * D);
    DoubleVector a4 = DoubleVector.fromArray(DOUBLES, out, k + 4 * D);
    DoubleVector a5 = DoubleVector.fromArray(DOUBLES, out, k + 5 * D);
    DoubleVector a6 = DoubleVector.fromArray(DOUBLES, out, k + 6 * D);
    DoubleVector a7 = DoubleVector.fromArray(DOUBLES, out, k + 7 * D);
    for (int i = from; i < to; i++) {
      int at = rows[i] * TILE + k;
      DoubleVector x = DoubleVector.broadcast(DOUBLES, weights[i]);
      a0 = x.fma(doubles(panel, at), a0);
      a1 = x.fma(doubles(panel, at + D), a1);
      a2 = x.fma(doubles(panel, at + 2 * D), a2);
      a3 = x.fma(doubles(panel, at + 3 * D), a3);
      a4 = x.fma(doubles(panel, at + 4 * D), a4);
      a5 = x.fma(doubles(panel, at + 5 * D), a5);
      a6 = x.fma(doubles(panel, at + 6 * D), a6);
      a7 = x.fma(doubles(panel, at + 7 * D), a7);
    }
    a0.intoArray(out, k);
    a1.intoArray(out, k + D);
    a2.intoArray(out, k + 2 * D);
    a3.intoArray(out, k + 3 * D);
    a4.intoArray(out, k + 4 * D);
    a5.intoArray(out, k + 5 * D);
    a6.intoArray(out, k + 6 * D);
    a7.intoArray(out, k + 7 * D);
  }

  private static DoubleVector doubles(int[] panel, int at) {
    return (DoubleVector)
        IntVector.fromArray(HALF_INTS, panel, at).convertShape(VectorOperators.I2D, DOUBLES, 0);
  }

  private static void wideColumns(
      int[] panel, int k, int[] rows, int from, int to, double[] weights, double[] out) {
    DoubleVector a0 = DoubleVector.fromArray(DOUBLES, out, k);
    DoubleVector a1 = DoubleVector.fromArray(DOUBLES, out, k + D);
    DoubleVector a2 = DoubleVector.fromArray(DOUBLES, out, k + 2 * D);
    DoubleVector a3 = DoubleVector.fromArray(DOUBLES, out, k + 3 * D);
    DoubleVector a4 = DoubleVector.fromArray(DOUBLES, out, k + 4 * D);
    DoubleVector a5 = DoubleVector.fromArray(DOUBLES, out, k + 5 * D);
    DoubleVector a6 = DoubleVector.fromArray(DOUBLES, out, k + 6 * D);
    DoubleVector a7 = DoubleVector.fromArray(DOUBLES, out, k + 7 * D);
    for (int i = from; i < to; i++) {
      int at = rows[i] * TILE + k;
      DoubleVector x = DoubleVector.broadcast(DOUBLES, weights[i]);
      a0 = x.fma(doubles(panel, at), a0);
      a1 = x.fma(doubles(panel, at + D), a1);
      a2 = x.fma(doubles(panel, at + 2 * D), a2);
      a3 = x.fma(doubles(panel, at + 3 * D), a3);
      a4 = x.fma(doubles(panel, at + 4 * D), a4);
      a5 = x.fma(doubles(panel, at + 5 * D), a5);
      a6 = x.fma(doubles(panel, at + 6 * D), a6);
      a7 = x.fma(doubles(panel, at + 7 * D), a7);
    }
    a0.intoArray(out, k);
    a1.intoArray(out, k + D);
    a2.intoArray(out, k + 2 * D);
    a3.intoArray(out, k + 3 * D);
    a4.intoArray(out, k + 4 * D);
    a5.intoArray(out, k + 5 * D);
    a6.intoArray(out, k + 6 * D);
    a7.intoArray(out, k + 7 * D);
  }

  @Override
  public void subtract(double[] block, int row, double factor, double[] values, int set) {
    assert CountFence.subtract(block.length, row, values.length, set);
    DoubleVector minus = DoubleVector.broadcast(DOUBLES, -factor);
    for (int k = 0; k < TILE; k += 2 * D) {
      int at = set * TILE + k;
      int from = row * TILE + k;
      DoubleVector a = DoubleVector.fromArray(DOUBLES, block, from);
      DoubleVector b = DoubleVector.fromArray(DOUBLES, block, from + D);
      minus.fma(a, DoubleVector.fromArray(DOUBLES, values, at)).intoArray(values, at);
      minus.fma(b, DoubleVector.fromArray(DOUBLES, values, at + D)).intoArray(values, at + D);
    }
  }

  @Override
  public void subtract(float[] block, int row, float factor, float[] values, int set) {
    assert CountFence.subtract(block.length, row, values.length, set);
    FloatVector minus = FloatVector.broadcast(FLOATS, -factor);
    for (int k = 0; k < TILE; k += 2 * F) {
      int at = set * TILE + k;
      int from = row * TILE + k;
      FloatVector a = FloatVector.fromArray(FLOATS, block, from);
      FloatVector b = FloatVector.fromArray(FLOATS, block, from + F);
      minus.fma(a, FloatVector.fromArray(FLOATS, values, at)).intoArray(values, at);
      minus.fma(b, FloatVector.fromArray(FLOATS, values, at + F)).intoArray(values, at + F);
    }
  }
}
