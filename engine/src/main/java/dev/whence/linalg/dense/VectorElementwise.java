package dev.whence.linalg.dense;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Operations on single elements, and column sums, for the vector kernels; on vectors of the
 * machine's preferred width.
 */
final class VectorElementwise {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorElementwise() {}

  /**
   * Takes an SGD step, {@link SgdStep#apply}, of elements at … at + n − 1 of {@code weights} and
   * {@code velocity}; the gradients are elements 0 … n − 1 of {@code gradient}.
   *
   * @param n number of weights, a multiple of 16
   */
  static void update(
      float[] gradient, int n, float[] weights, float[] velocity, int at, SgdStep step) {
    update(gradient, 0, n, weights, velocity, at, step);
  }

  /**
   * Takes an SGD step, {@link SgdStep#apply}, of elements at … at + n − 1 of {@code weights} and
   * {@code velocity}; the gradients are elements from … from + n − 1 of {@code gradient}.
   *
   * @param n number of weights, a multiple of 16
   */
  static void update(
      float[] gradient, int from, int n, float[] weights, float[] velocity, int at, SgdStep step) {
    FloatVector decay = FloatVector.broadcast(SPECIES, step.decay());
    FloatVector momentum = FloatVector.broadcast(SPECIES, step.momentum());
    FloatVector rate = FloatVector.broadcast(SPECIES, -step.rate());
    for (int i = 0; i < n; i += LANES) {
      int to = Indices.plain(at + i);
      FloatVector w = FloatVector.fromArray(SPECIES, weights, to);
      FloatVector g = FloatVector.fromArray(SPECIES, gradient, Indices.plain(from + i));
      FloatVector decayed = decay.fma(w, g);
      FloatVector v = momentum.fma(FloatVector.fromArray(SPECIES, velocity, to), decayed);
      v.intoArray(velocity, to);
      rate.fma(v, w).intoArray(weights, to);
    }
  }

  /**
   * Writes the sum of each column of {@code z}, [count, stride], to {@code sums}, [stride]; the
   * same bits as {@link ScalarDenseKernels#columnSums}.
   */
  static void columnSums(float[] z, int count, int stride, float[] sums) {
    for (int c = 0; c < stride; c += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < count; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, z, Indices.plain(i * stride + c)));
      }
      sum.intoArray(sums, c);
    }
  }

  /**
   * Sets to 0 each of the first {@code n} elements of {@code gradient} whose element of {@code
   * activations} is not above 0: {@link ScalarDenseKernels#gate} on vectors.
   */
  static void gate(float[] gradient, float[] activations, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector on = FloatVector.fromArray(SPECIES, activations, i);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, gradient, i), on.compare(VectorOperators.GT, 0f))
          .intoArray(gradient, i);
    }
    for (; i < n; i++) {
      gradient[i] = activations[i] > 0 ? gradient[i] : 0f;
    }
  }

  /**
   * Replaces x by e^x, x ≤ 0, for the {@code n} elements x of {@code values} from index {@code
   * offset} on; the same bits as {@link ScalarDenseKernels#exp(float[], int, int)}.
   */
  static void exp(float[] values, int offset, int n) {
    int i = offset;
    for (; i <= offset + n - LANES; i += LANES) {
      exp(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
    }
    for (; i < offset + n; i++) {
      values[i] = ScalarDenseKernels.exp(values[i]);
    }
  }

  /**
   * Returns e^x of each lane x ≤ 0; the same bits as {@link ScalarDenseKernels#exp(float)} lane by
   * lane.
   */
  private static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(ScalarDenseKernels.EXP_MIN);
    FloatVector round = FloatVector.broadcast(SPECIES, ScalarDenseKernels.ROUND);
    FloatVector shifted =
        clamped.fma(FloatVector.broadcast(SPECIES, ScalarDenseKernels.LOG2_E), round);
    FloatVector n = shifted.sub(round);
    FloatVector r =
        n.fma(
            FloatVector.broadcast(SPECIES, -ScalarDenseKernels.LN2_LOW),
            n.fma(FloatVector.broadcast(SPECIES, -ScalarDenseKernels.LN2_HIGH), clamped));
    float[] c = ScalarDenseKernels.EXP_POLYNOMIAL;
    FloatVector polynomial = FloatVector.broadcast(SPECIES, c[0]);
    for (int i = 1; i < c.length; i++) {
      polynomial = polynomial.fma(r, FloatVector.broadcast(SPECIES, c[i]));
    }
    FloatVector mantissa = polynomial.fma(r.mul(r), r).add(1f);
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return mantissa.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }
}
