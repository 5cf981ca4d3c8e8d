package dev.whence.linalg.dense;

import static dev.whence.linalg.dense.Strips.WIDTH;

/** {@link DenseKernels} in plain Java: the specification, whose bits all implementations give. */
public final class ScalarDenseKernels implements DenseKernels {

  /**
   * Smallest argument of the exponential: e^x of a smaller x is taken as e^-50, which adds nothing
   * to 1 and whose products with gradients stay normal floats.
   */
  static final float EXP_MIN = -50f;

  static final float LOG2_E = 1.442695041f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  /**
   * Constant that rounds: a float plus 1.5·2^23 is rounded to the nearest integer, which then
   * stands in the low bits; the sum minus 1.5·2^23 is this integer as a float.
   */
  static final float ROUND = 12582912f;

  /**
   * Coefficients, highest power first, of the minimax polynomial of (e^r − 1 − r)/r² on |r| ≤ ln2/2
   * (Cephes, expf).
   */
  static final float[] EXP_POLYNOMIAL = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void affine(Rows x, Strips w, float[] bias, float[] z, int stride) {
    assert DenseFence.affine(x, w, bias, z, stride);
    float[] sum = new float[WIDTH];
    for (int p = 0; p < w.strips(); p++) {
      for (int i = 0; i < x.count(); i++) {
        System.arraycopy(bias, p * WIDTH, sum, 0, WIDTH);
        for (int k = 0; k < w.rows(); k++) {
          float value = x.data()[x.offsets()[i] + k];
          int row = (p * w.rows() + k) * WIDTH;
          for (int lane = 0; lane < WIDTH; lane++) {
            sum[lane] = Math.fma(value, w.data()[row + lane], sum[lane]);
          }
        }
        System.arraycopy(sum, 0, z, i * stride + p * WIDTH, WIDTH);
      }
    }
  }

  @Override
  public void descend(
      Rows x, float[] dz, int stride, Strips w, Strips velocity, SgdStep step, Workspace space) {
    assert DenseFence.descend(x, dz, stride, w, velocity);
    float[] gradient = new float[WIDTH];
    for (int p = 0; p < w.strips(); p++) {
      for (int k = 0; k < w.rows(); k++) {
        java.util.Arrays.fill(gradient, 0);
        for (int i = 0; i < x.count(); i++) {
          float value = x.data()[x.offsets()[i] + k];
          int row = i * stride + p * WIDTH;
          for (int lane = 0; lane < WIDTH; lane++) {
            gradient[lane] = Math.fma(value, dz[row + lane], gradient[lane]);
          }
        }
        int row = (p * w.rows() + k) * WIDTH;
        for (int lane = 0; lane < WIDTH; lane++) {
          step.apply(gradient[lane], w.data(), velocity.data(), row + lane);
        }
      }
    }
  }

  @Override
  public void columnSums(float[] z, int count, int stride, float[] sums) {
    assert DenseFence.columnSums(z, count, stride, sums);
    for (int c = 0; c < stride; c++) {
      float sum = 0;
      for (int i = 0; i < count; i++) {
        sum += z[i * stride + c];
      }
      sums[c] = sum;
    }
  }

  @Override
  public void gate(float[] gradient, float[] activations, int n) {
    assert DenseFence.gate(gradient, activations, n);
    for (int i = 0; i < n; i++) {
      gradient[i] = activations[i] > 0 ? gradient[i] : 0f;
    }
  }

  @Override
  public void exp(float[] values, int offset, int n) {
    assert DenseFence.exp(values, offset, n);
    for (int i = offset; i < offset + n; i++) {
      values[i] = exp(values[i]);
    }
  }

  /** Returns e^x for x ≤ 0, within 2 ulps of the true value for x above {@link #EXP_MIN}. */
  static float exp(float x) {
    float clamped = Math.max(x, EXP_MIN);
    float shifted = Math.fma(clamped, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float polynomial = EXP_POLYNOMIAL[0];
    for (int i = 1; i < EXP_POLYNOMIAL.length; i++) {
      polynomial = Math.fma(polynomial, r, EXP_POLYNOMIAL[i]);
    }
    float mantissa = Math.fma(polynomial, r * r, r) + 1f;
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(mantissa) + (Float.floatToRawIntBits(shifted) << 23));
  }
}
