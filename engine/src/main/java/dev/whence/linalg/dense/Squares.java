package dev.whence.linalg.dense;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Transposes matrices in registers, 8 × 8 values at a time. */
final class Squares {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int SIDE = SPECIES.length();

  private static final VectorShuffle<Float> DOWN1 = rotated(-1);
  private static final VectorShuffle<Float> DOWN2 = rotated(-2);
  private static final VectorShuffle<Float> DOWN4 = rotated(-4);
  private static final VectorShuffle<Float> UP1 = rotated(1);
  private static final VectorShuffle<Float> UP2 = rotated(2);
  private static final VectorShuffle<Float> UP4 = rotated(4);

  /** Mask of the lanes whose number has bit 1 set: 1, 3, 5, 7. */
  private static final VectorMask<Float> WITH1 = VectorMask.fromLong(SPECIES, 0xAA);

  /** Mask of the lanes whose number has bit 2 set: 2, 3, 6, 7. */
  private static final VectorMask<Float> WITH2 = VectorMask.fromLong(SPECIES, 0xCC);

  /** Mask of the lanes whose number has bit 4 set: 4 … 7. */
  private static final VectorMask<Float> WITH4 = VectorMask.fromLong(SPECIES, 0xF0);

  private Squares() {}

  /** Returns the shuffle in which lane i takes the value of lane i + by, modulo 8. */
  private static VectorShuffle<Float> rotated(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by + SIDE) % SIDE);
  }

  /**
   * Writes the transpose of a row-major matrix to {@code to}, from index 0.
   *
   * @param at index in {@code from} at which the matrix begins
   * @param stride floats from one row of the matrix to the next
   * @param rows number of rows, a multiple of 8
   * @param columns number of columns, a multiple of 8
   * @param outStride floats from one row of the transpose to the next
   */
  static void transpose(
      float[] from, int at, int stride, int rows, int columns, float[] to, int outStride) {
    for (int c = 0; c < columns; c += SIDE) {
      for (int r = 0; r < rows; r += SIDE) {
        square(from, at + r * stride + c, stride, to, c * outStride + r, outStride);
      }
    }
  }

  /**
   * Writes the transpose of 8 × 8 values of {@code from}, from index {@code at}, to {@code to},
   * from index {@code out}. Exchanges single values of neighbouring rows, then pairs of values of
   * rows 2 apart, then fours of rows 4 apart.
   */
  private static void square(float[] from, int at, int stride, float[] to, int out, int outStride) {
    int in = Indices.plain(at);
    FloatVector a0 = FloatVector.fromArray(SPECIES, from, in);
    FloatVector a1 = FloatVector.fromArray(SPECIES, from, in + stride);
    FloatVector a2 = FloatVector.fromArray(SPECIES, from, in + 2 * stride);
    FloatVector a3 = FloatVector.fromArray(SPECIES, from, in + 3 * stride);
    FloatVector a4 = FloatVector.fromArray(SPECIES, from, in + 4 * stride);
    FloatVector a5 = FloatVector.fromArray(SPECIES, from, in + 5 * stride);
    FloatVector a6 = FloatVector.fromArray(SPECIES, from, in + 6 * stride);
    FloatVector a7 = FloatVector.fromArray(SPECIES, from, in + 7 * stride);
    FloatVector b0 = a0.blend(a1.rearrange(DOWN1), WITH1);
    FloatVector b1 = a0.rearrange(UP1).blend(a1, WITH1);
    FloatVector b2 = a2.blend(a3.rearrange(DOWN1), WITH1);
    FloatVector b3 = a2.rearrange(UP1).blend(a3, WITH1);
    FloatVector b4 = a4.blend(a5.rearrange(DOWN1), WITH1);
    FloatVector b5 = a4.rearrange(UP1).blend(a5, WITH1);
    FloatVector b6 = a6.blend(a7.rearrange(DOWN1), WITH1);
    FloatVector b7 = a6.rearrange(UP1).blend(a7, WITH1);
    a0 = b0.blend(b2.rearrange(DOWN2), WITH2);
    a2 = b0.rearrange(UP2).blend(b2, WITH2);
    a1 = b1.blend(b3.rearrange(DOWN2), WITH2);
    a3 = b1.rearrange(UP2).blend(b3, WITH2);
    a4 = b4.blend(b6.rearrange(DOWN2), WITH2);
    a6 = b4.rearrange(UP2).blend(b6, WITH2);
    a5 = b5.blend(b7.rearrange(DOWN2), WITH2);
    a7 = b5.rearrange(UP2).blend(b7, WITH2);
    int o = Indices.plain(out);
    a0.blend(a4.rearrange(DOWN4), WITH4).intoArray(to, o);
    a1.blend(a5.rearrange(DOWN4), WITH4).intoArray(to, o + outStride);
    a2.blend(a6.rearrange(DOWN4), WITH4).intoArray(to, o + 2 * outStride);
    a3.blend(a7.rearrange(DOWN4), WITH4).intoArray(to, o + 3 * outStride);
    a0.rearrange(UP4).blend(a4, WITH4).intoArray(to, o + 4 * outStride);
    a1.rearrange(UP4).blend(a5, WITH4).intoArray(to, o + 5 * outStride);
    a2.rearrange(UP4).blend(a6, WITH4).intoArray(to, o + 6 * outStride);
    a3.rearrange(UP4).blend(a7, WITH4).intoArray(to, o + 7 * outStride);
  }
}
