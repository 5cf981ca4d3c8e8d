package dev.whence.linalg;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products on vectors of 256 bits: tiles of 16 columns × 5 sets, or of 32 columns, in
 * registers.
 */
final class Vector256ProductKernels implements ProductKernels {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Integer> HALF_INTS = IntVector.SPECIES_128;
  private static final VectorSpecies<Short> HALF_SHORTS = ShortVector.SPECIES_128;
  private static final VectorSpecies<Short> QUARTER_SHORTS = ShortVector.SPECIES_64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public String name() {
    return "vector256";
  }

  @Override
  public void product(
      CountMatrix matrix, int panel, int[] rows, int n, float[] weights, float[] out) {
    MemorySegment elements = matrix.panel(panel);
    for (int k = 0; k < TILE; k += 16) {
      if (matrix.wide()) {
        wideTile(elements, k, rows, n, weights, out);
      } else {
        tile(elements, k, rows, n, weights, out);
      }
    }
  }

  private static FloatVector shorts(MemorySegment elements, long at) {
    return (FloatVector)
        ShortVector.fromMemorySegment(HALF_SHORTS, elements, at, ORDER)
            .convertShape(VectorOperators.S2F, FLOATS, 0);
  }

  private static void tile(
      MemorySegment elements, int k, int[] rows, int n, float[] weights, float[] out) {
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
      long at = ((long) rows[i] * TILE + k) * Short.BYTES;
      FloatVector a = shorts(elements, at);
      FloatVector b = shorts(elements, at + 8 * Short.BYTES);
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
    b.intoArray(out, at + 8);
  }

  /** For counts of 32 bits, which are rare: set after set. */
  private static void wideTile(
      MemorySegment elements, int k, int[] rows, int n, float[] weights, float[] out) {
    for (int l = 0; l < SETS; l++) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = a;
      for (int i = 0; i < n; i++) {
        long at = ((long) rows[i] * TILE + k) * Integer.BYTES;
        FloatVector x = FloatVector.broadcast(FLOATS, weights[i * SETS + l]);
        a = x.fma(ints(elements, at), a);
        b = x.fma(ints(elements, at + 8 * Integer.BYTES), b);
      }
      store(a, b, out, k + l * TILE);
    }
  }

  private static FloatVector ints(MemorySegment elements, long at) {
    return (FloatVector)
        IntVector.fromMemorySegment(INTS, elements, at, ORDER)
            .convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  @Override
  public void product(
      CountMatrix matrix, int panel, int[] rows, int n, double[] weights, double[] out) {
    MemorySegment elements = matrix.panel(panel);
    for (int k = 0; k < TILE; k += 32) {
      if (matrix.wide()) {
        for (int half = 0; half < 32; half += 4) {
          wideColumns(elements, k + half, rows, n, weights, out);
        }
      } else {
        columns(elements, k, rows, n, weights, out);
      }
    }
  }

  @Override
  public void product(
      CountMatrix matrix, int panel, int[] rows, float[] weights, int n, float[] out) {
    MemorySegment elements = matrix.panel(panel);
    if (matrix.wide()) {
      for (int k = 0; k < TILE; k += 8) {
        FloatVector a = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i++) {
          long at = ((long) rows[i] * TILE + k) * Integer.BYTES;
          a = FloatVector.broadcast(FLOATS, weights[i]).fma(ints(elements, at), a);
        }
        a.intoArray(out, k);
      }
      return;
    }
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    for (int i = 0; i < n; i++) {
      long at = (long) rows[i] * TILE * Short.BYTES;
      FloatVector x = FloatVector.broadcast(FLOATS, weights[i]);
      a0 = x.fma(shorts(elements, at), a0);
      a1 = x.fma(shorts(elements, at + 16), a1);
      a2 = x.fma(shorts(elements, at + 32), a2);
      a3 = x.fma(shorts(elements, at + 48), a3);
      a4 = x.fma(shorts(elements, at + 64), a4);
      a5 = x.fma(shorts(elements, at + 80), a5);
      a6 = x.fma(shorts(elements, at + 96), a6);
      a7 = x.fma(shorts(elements, at + 112), a7);
    }
    a0.intoArray(out, 0);
    a1.intoArray(out, 8);
    a2.intoArray(out, 16);
    a3.intoArray(out, 24);
    a4.intoArray(out, 32);
    a5.intoArray(out, 40);
    a6.intoArray(out, 48);
    a7.intoArray(out, 56);
  }

  private static DoubleVector doubles(MemorySegment elements, long at) {
    return (DoubleVector)
        ShortVector.fromMemorySegment(QUARTER_SHORTS, elements, at, ORDER)
            .convertShape(VectorOperators.S2D, DOUBLES, 0);
  }

  private static void columns(
      MemorySegment elements, int k, int[] rows, int n, double[] weights, double[] out) {
    DoubleVector a0 = DoubleVector.zero(DOUBLES);
    DoubleVector a1 = a0;
    DoubleVector a2 = a0;
    DoubleVector a3 = a0;
    DoubleVector a4 = a0;
    DoubleVector a5 = a0;
    DoubleVector a6 = a0;
    DoubleVector a7 = a0;
    for (int i = 0; i < n; i++) {
      long at = ((long) rows[i] * TILE + k) * Short.BYTES;
      DoubleVector x = DoubleVector.broadcast(DOUBLES, weights[i]);
      a0 = x.fma(doubles(elements, at), a0);
      a1 = x.fma(doubles(elements, at + 8), a1);
      a2 = x.fma(doubles(elements, at + 16), a2);
      a3 = x.fma(doubles(elements, at + 24), a3);
      a4 = x.fma(doubles(elements, at + 32), a4);
      a5 = x.fma(doubles(elements, at + 40), a5);
      a6 = x.fma(doubles(elements, at + 48), a6);
      a7 = x.fma(doubles(elements, at + 56), a7);
    }
    a0.intoArray(out, k);
    a1.intoArray(out, k + 4);
    a2.intoArray(out, k + 8);
    a3.intoArray(out, k + 12);
    a4.intoArray(out, k + 16);
    a5.intoArray(out, k + 20);
    a6.intoArray(out, k + 24);
    a7.intoArray(out, k + 28);
  }

  private static void wideColumns(
      MemorySegment elements, int k, int[] rows, int n, double[] weights, double[] out) {
    DoubleVector a = DoubleVector.zero(DOUBLES);
    for (int i = 0; i < n; i++) {
      long at = ((long) rows[i] * TILE + k) * Integer.BYTES;
      DoubleVector x =
          (DoubleVector)
              IntVector.fromMemorySegment(HALF_INTS, elements, at, ORDER)
                  .convertShape(VectorOperators.I2D, DOUBLES, 0);
      a = DoubleVector.broadcast(DOUBLES, weights[i]).fma(x, a);
    }
    a.intoArray(out, k);
  }

  @Override
  public void subtract(double[] row, double factor, double[] values, int n) {
    DoubleVector minus = DoubleVector.broadcast(DOUBLES, -factor);
    int k = 0;
    for (; k <= n - 4; k += 4) {
      DoubleVector elements = DoubleVector.fromArray(DOUBLES, row, k);
      minus.fma(elements, DoubleVector.fromArray(DOUBLES, values, k)).intoArray(values, k);
    }
    for (; k < n; k++) {
      values[k] = Math.fma(-factor, row[k], values[k]);
    }
  }
}
