package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DenseKernels} on vectors of 512 bits. {@link #affine} computes 12 rows × one strip of 16
 * outputs at a time in 12 accumulators and uses each loaded weight 12 times.
 */
final class Vector512DenseKernels implements DenseKernels {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
  private static final int LANES = SPECIES.length();

  /**
   * Number of rows of a minibatch that {@link #affine} takes together, and number of inputs whose
   * gradients {@link #descend} computes together.
   */
  private static final int ROWS = 12;

  @Override
  public String name() {
    return "vector512";
  }

  @Override
  public void affine(Rows x, Strips w, float[] bias, float[] z, int stride) {
    assert DenseFence.affine(x, w, bias, z, stride);
    if (x.count() < ROWS) {
      for (int i = 0; i < x.count(); i++) {
        for (int p = 0; p < w.strips(); p++) {
          affineRow(x, i, w, p, bias, z, stride);
        }
      }
      return;
    }
    for (int i = 0; i < x.count(); i += ROWS) {
      // The last 12 rows may overlap the 12 before: a row computed twice has the same bits.
      int first = Math.min(i, x.count() - ROWS);
      for (int p = 0; p < w.strips(); p++) {
        affineRows(x, first, w, p, bias, z, stride);
      }
    }
  }

  private static void affineRows(
      Rows rows, int i, Strips w, int p, float[] bias, float[] z, int stride) {
    float[] x = rows.data();
    float[] weights = w.data();
    int inputs = w.rows();
    int x0 = rows.offsets()[i];
    int x1 = rows.offsets()[i + 1];
    int x2 = rows.offsets()[i + 2];
    int x3 = rows.offsets()[i + 3];
    int x4 = rows.offsets()[i + 4];
    int x5 = rows.offsets()[i + 5];
    int x6 = rows.offsets()[i + 6];
    int x7 = rows.offsets()[i + 7];
    int x8 = rows.offsets()[i + 8];
    int x9 = rows.offsets()[i + 9];
    int x10 = rows.offsets()[i + 10];
    int x11 = rows.offsets()[i + 11];
    FloatVector b = FloatVector.fromArray(SPECIES, bias, p * WIDTH);
    FloatVector a0 = b;
    FloatVector a1 = b;
    FloatVector a2 = b;
    FloatVector a3 = b;
    FloatVector a4 = b;
    FloatVector a5 = b;
    FloatVector a6 = b;
    FloatVector a7 = b;
    FloatVector a8 = b;
    FloatVector a9 = b;
    FloatVector a10 = b;
    FloatVector a11 = b;
    int row = p * inputs * WIDTH;
    for (int k = 0; k < inputs; k++, row += WIDTH) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, weights, row);
      FloatVector s0 = FloatVector.broadcast(SPECIES, x[x0 + k]);
      a0 = s0.fma(w0, a0);
      FloatVector s1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
      a1 = s1.fma(w0, a1);
      FloatVector s2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
      a2 = s2.fma(w0, a2);
      FloatVector s3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
      a3 = s3.fma(w0, a3);
      FloatVector s4 = FloatVector.broadcast(SPECIES, x[x4 + k]);
      a4 = s4.fma(w0, a4);
      FloatVector s5 = FloatVector.broadcast(SPECIES, x[x5 + k]);
      a5 = s5.fma(w0, a5);
      FloatVector s6 = FloatVector.broadcast(SPECIES, x[x6 + k]);
      a6 = s6.fma(w0, a6);
      FloatVector s7 = FloatVector.broadcast(SPECIES, x[x7 + k]);
      a7 = s7.fma(w0, a7);
      FloatVector s8 = FloatVector.broadcast(SPECIES, x[x8 + k]);
      a8 = s8.fma(w0, a8);
      FloatVector s9 = FloatVector.broadcast(SPECIES, x[x9 + k]);
      a9 = s9.fma(w0, a9);
      FloatVector s10 = FloatVector.broadcast(SPECIES, x[x10 + k]);
      a10 = s10.fma(w0, a10);
      FloatVector s11 = FloatVector.broadcast(SPECIES, x[x11 + k]);
      a11 = s11.fma(w0, a11);
    }
    int out = i * stride + p * WIDTH;
    a0.intoArray(z, out);
    a1.intoArray(z, out + stride);
    a2.intoArray(z, out + 2 * stride);
    a3.intoArray(z, out + 3 * stride);
    a4.intoArray(z, out + 4 * stride);
    a5.intoArray(z, out + 5 * stride);
    a6.intoArray(z, out + 6 * stride);
    a7.intoArray(z, out + 7 * stride);
    a8.intoArray(z, out + 8 * stride);
    a9.intoArray(z, out + 9 * stride);
    a10.intoArray(z, out + 10 * stride);
    a11.intoArray(z, out + 11 * stride);
  }

  private static void affineRow(
      Rows rows, int i, Strips w, int p, float[] bias, float[] z, int stride) {
    int from = rows.offsets()[i];
    for (int lane = 0; lane < WIDTH; lane += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, bias, p * WIDTH + lane);
      int row = p * w.rows() * WIDTH + lane;
      for (int k = 0; k < w.rows(); k++, row += WIDTH) {
        FloatVector value = FloatVector.broadcast(SPECIES, rows.data()[from + k]);
        sum = value.fma(FloatVector.fromArray(SPECIES, w.data(), row), sum);
      }
      sum.intoArray(z, i * stride + p * WIDTH + lane);
    }
  }

  @Override
  public void descend(
      Rows x, float[] dz, int stride, Strips w, Strips velocity, SgdStep step, Workspace space) {
    assert DenseFence.descend(x, dz, stride, w, velocity);
    if (LiveGradient.descend(x, dz, stride, w, velocity, step, space)) {
      return;
    }
    float[] strips = space.byStrip(dz, stride, x.count(), w.strips());
    int stripSize = x.count() * WIDTH;
    float[] gradient = space.gradient;
    int tiled = w.rows() - w.rows() % ROWS;
    for (int k = 0; k < tiled; k += ROWS) {
      for (int p = 0; p < w.strips(); p++) {
        gradientInputs(x, k, strips, p * stripSize, gradient);
        int at = (p * w.rows() + k) * WIDTH;
        VectorElementwise.update(gradient, ROWS * WIDTH, w.data(), velocity.data(), at, step);
      }
    }
    for (int k = tiled; k < w.rows(); k++) {
      for (int p = 0; p < w.strips(); p++) {
        int at = (p * w.rows() + k) * WIDTH;
        gradientRow(x, k, strips, p * stripSize, gradient);
        VectorElementwise.update(gradient, WIDTH, w.data(), velocity.data(), at, step);
      }
    }
  }

  private static void gradientInputs(Rows rows, int k, float[] dz, int strip, float[] gradient) {
    float[] x = rows.data();
    int[] offsets = rows.offsets();
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector a4 = FloatVector.zero(SPECIES);
    FloatVector a5 = FloatVector.zero(SPECIES);
    FloatVector a6 = FloatVector.zero(SPECIES);
    FloatVector a7 = FloatVector.zero(SPECIES);
    FloatVector a8 = FloatVector.zero(SPECIES);
    FloatVector a9 = FloatVector.zero(SPECIES);
    FloatVector a10 = FloatVector.zero(SPECIES);
    FloatVector a11 = FloatVector.zero(SPECIES);
    for (int i = 0; i < rows.count(); i++) {
      int from = offsets[i] + k;
      FloatVector d = FloatVector.fromArray(SPECIES, dz, strip + i * WIDTH);
      FloatVector s0 = FloatVector.broadcast(SPECIES, x[from]);
      a0 = s0.fma(d, a0);
      FloatVector s1 = FloatVector.broadcast(SPECIES, x[from + 1]);
      a1 = s1.fma(d, a1);
      FloatVector s2 = FloatVector.broadcast(SPECIES, x[from + 2]);
      a2 = s2.fma(d, a2);
      FloatVector s3 = FloatVector.broadcast(SPECIES, x[from + 3]);
      a3 = s3.fma(d, a3);
      FloatVector s4 = FloatVector.broadcast(SPECIES, x[from + 4]);
      a4 = s4.fma(d, a4);
      FloatVector s5 = FloatVector.broadcast(SPECIES, x[from + 5]);
      a5 = s5.fma(d, a5);
      FloatVector s6 = FloatVector.broadcast(SPECIES, x[from + 6]);
      a6 = s6.fma(d, a6);
      FloatVector s7 = FloatVector.broadcast(SPECIES, x[from + 7]);
      a7 = s7.fma(d, a7);
      FloatVector s8 = FloatVector.broadcast(SPECIES, x[from + 8]);
      a8 = s8.fma(d, a8);
      FloatVector s9 = FloatVector.broadcast(SPECIES, x[from + 9]);
      a9 = s9.fma(d, a9);
      FloatVector s10 = FloatVector.broadcast(SPECIES, x[from + 10]);
      a10 = s10.fma(d, a10);
      FloatVector s11 = FloatVector.broadcast(SPECIES, x[from + 11]);
      a11 = s11.fma(d, a11);
    }
    a0.intoArray(gradient, 0);
    a1.intoArray(gradient, WIDTH);
    a2.intoArray(gradient, 2 * WIDTH);
    a3.intoArray(gradient, 3 * WIDTH);
    a4.intoArray(gradient, 4 * WIDTH);
    a5.intoArray(gradient, 5 * WIDTH);
    a6.intoArray(gradient, 6 * WIDTH);
    a7.intoArray(gradient, 7 * WIDTH);
    a8.intoArray(gradient, 8 * WIDTH);
    a9.intoArray(gradient, 9 * WIDTH);
    a10.intoArray(gradient, 10 * WIDTH);
    a11.intoArray(gradient, 11 * WIDTH);
  }

  private static void gradientRow(Rows rows, int k, float[] dz, int strip, float[] gradient) {
    for (int lane = 0; lane < WIDTH; lane += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < rows.count(); i++) {
        FloatVector value = FloatVector.broadcast(SPECIES, rows.data()[rows.offsets()[i] + k]);
        sum = value.fma(FloatVector.fromArray(SPECIES, dz, strip + i * WIDTH + lane), sum);
      }
      sum.intoArray(gradient, lane);
    }
  }

  @Override
  public void columnSums(float[] z, int count, int stride, float[] sums) {
    assert DenseFence.columnSums(z, count, stride, sums);
    VectorElementwise.columnSums(z, count, stride, sums);
  }

  @Override
  public void gate(float[] gradient, float[] activations, int n) {
    assert DenseFence.gate(gradient, activations, n);
    VectorElementwise.gate(gradient, activations, n);
  }

  @Override
  public void exp(float[] values, int offset, int n) {
    assert DenseFence.exp(values, offset, n);
    VectorElementwise.exp(values, offset, n);
  }
}
