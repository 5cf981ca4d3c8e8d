package dev.whence.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.linalg.KernelChoice;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every implementation gives the bits of the scalar one, and the scalar one the products of the
 * definition.
 */
class DenseKernelsTest {

  private static final int[][] SIZES = {
    {1, 1, 1}, {1, 13, 7}, {5, 6, 16}, {6, 12, 17}, {7, 31, 33}, {13, 207, 10}, {128, 64, 48}
  };

  static Stream<DenseKernels> kernels() {
    assertThat(KernelChoice.vectorModulePresent()).isTrue();
    return DenseKernels.available().stream();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void affineGivesTheSameBits(DenseKernels kernels) {
    for (int[] size : SIZES) {
      Problem problem = new Problem(size);
      float[] expected = problem.z.clone();
      new ScalarDenseKernels().affine(problem.x, problem.w, problem.bias, expected, problem.stride);
      kernels.affine(problem.x, problem.w, problem.bias, problem.z, problem.stride);
      assertThat(problem.z).as(problem.name).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void descendGivesTheSameBits(DenseKernels kernels) {
    SgdStep step = new SgdStep(0.1f, 0.9f, 0.01f);
    for (int[] size : SIZES) {
      for (double live : new double[] {1, 0.3, 0}) {
        Problem expected = new Problem(size);
        expected.kill(1 - live);
        Problem actual = new Problem(size);
        actual.kill(1 - live);
        descend(new ScalarDenseKernels(), expected, step);
        descend(kernels, actual, step);
        assertThat(actual.w.data()).as(actual.name).isEqualTo(expected.w.data());
        assertThat(actual.v.data()).as(actual.name).isEqualTo(expected.v.data());
      }
    }
  }

  private static void descend(DenseKernels kernels, Problem problem, SgdStep step) {
    Workspace space = new Workspace(problem.x.count(), problem.w.columns());
    kernels.descend(problem.x, problem.z, problem.stride, problem.w, problem.v, step, space);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void columnSumsGiveTheSameBits(DenseKernels kernels) {
    for (int[] size : SIZES) {
      Problem problem = new Problem(size);
      float[] expected = new float[problem.stride];
      float[] actual = new float[problem.stride];
      new ScalarDenseKernels().columnSums(problem.z, size[0], problem.stride, expected);
      kernels.columnSums(problem.z, size[0], problem.stride, actual);
      assertThat(actual).as(problem.name).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void expAndGateGiveTheSameBits(DenseKernels kernels) {
    Random random = new Random(3);
    for (int n : new int[] {1, 7, 8, 16, 33, 1000}) {
      float[] values = new float[n];
      IntStream.range(0, n).forEach(i -> values[i] = -random.nextFloat() * 60);
      values[0] = 0;
      float[] expected = values.clone();
      new ScalarDenseKernels().exp(expected, 0, n);
      float[] actual = values.clone();
      kernels.exp(actual, 0, n);
      assertThat(actual).isEqualTo(expected);
      float[] gated = expected.clone();
      new ScalarDenseKernels().gate(gated, values, n);
      kernels.gate(actual, values, n);
      assertThat(actual).isEqualTo(gated);
    }
  }

  @Test
  void scalarAffineIsTheProduct() {
    for (int[] size : SIZES) {
      Problem problem = new Problem(size);
      new ScalarDenseKernels()
          .affine(problem.x, problem.w, problem.bias, problem.z, problem.stride);
      for (int i = 0; i < problem.x.count(); i++) {
        for (int c = 0; c < problem.w.columns(); c++) {
          double sum = problem.bias[c];
          for (int k = 0; k < problem.w.rows(); k++) {
            sum +=
                (double) problem.x.data()[problem.x.offsets()[i] + k]
                    * problem.w.data()[problem.w.index(k, c)];
          }
          assertThat(problem.z[i * problem.stride + c]).isCloseTo((float) sum, within(1e-4f));
        }
      }
    }
  }

  @Test
  void expIsWithinTwoUlps() {
    double worst = 0;
    for (float x = 0; x > ScalarDenseKernels.EXP_MIN; x -= 0.001f) {
      double truth = Math.exp(x);
      worst =
          Math.max(worst, Math.abs(ScalarDenseKernels.exp(x) - truth) / Math.ulp((float) truth));
    }
    assertThat(worst).isLessThan(2);
  }

  @Test
  void transposeMovesEveryElement() {
    Strips w = new Problem(new int[] {1, 37, 21}).w;
    Strips transposed = Strips.zeros(21, 37);
    w.transposeTo(transposed);
    for (int r = 0; r < 37; r++) {
      for (int c = 0; c < 21; c++) {
        assertThat(transposed.data()[transposed.index(c, r)]).isEqualTo(w.data()[w.index(r, c)]);
      }
    }
  }

  /** Random inputs of [count, inputs, outputs], rows in no order. */
  private static final class Problem {
    final String name;
    final Rows x;
    final Strips w;
    final Strips v;
    final float[] bias;
    final float[] z;
    final int stride;

    Problem(int[] size) {
      Random random = new Random(size[0] * 31L + size[1]);
      int count = size[0];
      int inputs = size[1];
      name = "%d × %d × %d".formatted(count, inputs, size[2]);
      float[] data = floats(random, 2 * count * inputs);
      x = new Rows(data, random.ints(count, 0, 2 * count).map(r -> r * inputs).toArray(), count);
      w = Strips.zeros(inputs, size[2]);
      v = Strips.zeros(inputs, size[2]);
      stride = Strips.pad(size[2]);
      bias = new float[stride];
      z = new float[count * stride];
      for (int c = 0; c < size[2]; c++) {
        bias[c] = random.nextFloat();
        for (int r = 0; r < inputs; r++) {
          w.data()[w.index(r, c)] = random.nextFloat() - 0.5f;
          v.data()[v.index(r, c)] = random.nextFloat() - 0.5f;
        }
        for (int i = 0; i < count; i++) {
          z[i * stride + c] = random.nextFloat() - 0.5f;
        }
      }
    }

    /** Sets a part of the outputs' gradients to 0. */
    void kill(double part) {
      Random random = new Random(7);
      for (int i = 0; i < z.length; i++) {
        z[i] = random.nextDouble() < part ? 0f : z[i];
      }
    }

    private static float[] floats(Random random, int n) {
      float[] values = new float[n];
      IntStream.range(0, n).forEach(i -> values[i] = random.nextFloat() - 0.5f);
      return values;
    }
  }
}
