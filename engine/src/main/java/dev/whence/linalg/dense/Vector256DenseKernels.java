package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DenseKernels} on vectors of 256 bits. {@link #affine} computes 6 rows × one strip of 16
 * outputs at a time and uses each loaded weight 6 times.
 */
final class Vector256DenseKernels implements DenseKernels {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final int LANES = SPECIES.length();

  /** Number of rows of a minibatch that {@link #affine} takes together. */
  private static final int ROWS = 6;

  /**
   * Number of inputs for which {@link #descend} computes the gradients of a strip of 16 outputs
   * together: with 6, and so 12 accumulators, the compiler spills an accumulator, which halves the
   * speed.
   */
  private static final int INPUTS = 5;

  @Override
  public String name() {
    return "vector256";
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
      // The last 6 rows may overlap the 6 before: a row computed twice has the same bits.
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
    FloatVector bl = FloatVector.fromArray(SPECIES, bias, p * WIDTH);
    FloatVector bh = FloatVector.fromArray(SPECIES, bias, p * WIDTH + LANES);
    FloatVector a0l = bl;
    FloatVector a0h = bh;
    FloatVector a1l = bl;
    FloatVector a1h = bh;
    FloatVector a2l = bl;
    FloatVector a2h = bh;
    FloatVector a3l = bl;
    FloatVector a3h = bh;
    FloatVector a4l = bl;
    FloatVector a4h = bh;
    FloatVector a5l = bl;
    FloatVector a5h = bh;
    int strip = p * inputs;
    for (int k = 0; k < inputs; k++) {
      int row = Indices.plain((strip + k) * WIDTH);
      FloatVector wl = FloatVector.fromArray(SPECIES, weights, row);
      FloatVector wh = FloatVector.fromArray(SPECIES, weights, row + LANES);
      FloatVector s0 = FloatVector.broadcast(SPECIES, x[x0 + k]);
      a0l = s0.fma(wl, a0l);
      a0h = s0.fma(wh, a0h);
      FloatVector s1 = FloatVector.broadcast(SPECIES, x[x1 + k]);
      a1l = s1.fma(wl, a1l);
      a1h = s1.fma(wh, a1h);
      FloatVector s2 = FloatVector.broadcast(SPECIES, x[x2 + k]);
      a2l = s2.fma(wl, a2l);
      a2h = s2.fma(wh, a2h);
      FloatVector s3 = FloatVector.broadcast(SPECIES, x[x3 + k]);
      a3l = s3.fma(wl, a3l);
      a3h = s3.fma(wh, a3h);
      FloatVector s4 = FloatVector.broadcast(SPECIES, x[x4 + k]);
      a4l = s4.fma(wl, a4l);
      a4h = s4.fma(wh, a4h);
      FloatVector s5 = FloatVector.broadcast(SPECIES, x[x5 + k]);
      a5l = s5.fma(wl, a5l);
      a5h = s5.fma(wh, a5h);
    }
    int out = i * stride + p * WIDTH;
    a0l.intoArray(z, out);
    a0h.intoArray(z, out + LANES);
    a1l.intoArray(z, out + stride);
    a1h.intoArray(z, out + stride + LANES);
    a2l.intoArray(z, out + 2 * stride);
    a2h.intoArray(z, out + 2 * stride + LANES);
    a3l.intoArray(z, out + 3 * stride);
    a3h.intoArray(z, out + 3 * stride + LANES);
    a4l.intoArray(z, out + 4 * stride);
    a4h.intoArray(z, out + 4 * stride + LANES);
    a5l.intoArray(z, out + 5 * stride);
    a5h.intoArray(z, out + 5 * stride + LANES);
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
    int tiled = w.rows() - w.rows() % INPUTS;
    Rows band = Rows.dense(space.band, LANES, x.count());
    for (int k = 0; k < tiled; k += INPUTS) {
      boolean packed = w.strips() > 1 && pack(x, k, band.data());
      for (int p = 0; p < w.strips(); p++) {
        gradientInputs(packed ? band : x, packed ? 0 : k, strips, p * stripSize, gradient);
        int at = (p * w.rows() + k) * WIDTH;
        VectorElementwise.update(gradient, INPUTS * WIDTH, w.data(), velocity.data(), at, step);
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

  /**
   * Copies inputs k … k + 7 of every row of the minibatch side by side to {@code tile}, [rows, 8],
   * because every strip of outputs reads them: in the data each row lies on a page of its own, and
   * the first-level TLB holds fewer pages. Returns false, the copy unfinished, where it would read
   * past the end of the data.
   */
  private static boolean pack(Rows rows, int k, float[] tile) {
    float[] x = rows.data();
    for (int i = 0; i < rows.count(); i++) {
      int from = rows.offsets()[i] + k;
      if (from + LANES > x.length) {
        return false;
      }
      FloatVector.fromArray(SPECIES, x, from).intoArray(tile, i * LANES);
    }
    return true;
  }

  private static void gradientInputs(Rows rows, int k, float[] dz, int strip, float[] gradient) {
    float[] x = rows.data();
    int[] offsets = rows.offsets();
    FloatVector a0l = FloatVector.zero(SPECIES);
    FloatVector a0h = FloatVector.zero(SPECIES);
    FloatVector a1l = FloatVector.zero(SPECIES);
    FloatVector a1h = FloatVector.zero(SPECIES);
    FloatVector a2l = FloatVector.zero(SPECIES);
    FloatVector a2h = FloatVector.zero(SPECIES);
    FloatVector a3l = FloatVector.zero(SPECIES);
    FloatVector a3h = FloatVector.zero(SPECIES);
    FloatVector a4l = FloatVector.zero(SPECIES);
    FloatVector a4h = FloatVector.zero(SPECIES);
    for (int i = 0; i < rows.count(); i++) {
      int from = offsets[i] + k;
      int row = Indices.plain(strip + i * WIDTH);
      FloatVector dl = FloatVector.fromArray(SPECIES, dz, row);
      FloatVector dh = FloatVector.fromArray(SPECIES, dz, row + LANES);
      FloatVector s0 = FloatVector.broadcast(SPECIES, x[from]);
      a0l = s0.fma(dl, a0l);
      a0h = s0.fma(dh, a0h);
      FloatVector s1 = FloatVector.broadcast(SPECIES, x[from + 1]);
      a1l = s1.fma(dl, a1l);
      a1h = s1.fma(dh, a1h);
      FloatVector s2 = FloatVector.broadcast(SPECIES, x[from + 2]);
      a2l = s2.fma(dl, a2l);
      a2h = s2.fma(dh, a2h);
      FloatVector s3 = FloatVector.broadcast(SPECIES, x[from + 3]);
      a3l = s3.fma(dl, a3l);
      a3h = s3.fma(dh, a3h);
      FloatVector s4 = FloatVector.broadcast(SPECIES, x[from + 4]);
      a4l = s4.fma(dl, a4l);
      a4h = s4.fma(dh, a4h);
    }
    a0l.intoArray(gradient, 0);
    a0h.intoArray(gradient, LANES);
    a1l.intoArray(gradient, WIDTH);
    a1h.intoArray(gradient, WIDTH + LANES);
    a2l.intoArray(gradient, 2 * WIDTH);
    a2h.intoArray(gradient, 2 * WIDTH + LANES);
    a3l.intoArray(gradient, 3 * WIDTH);
    a3h.intoArray(gradient, 3 * WIDTH + LANES);
    a4l.intoArray(gradient, 4 * WIDTH);
    a4h.intoArray(gradient, 4 * WIDTH + LANES);
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
