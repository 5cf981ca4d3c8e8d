package dev.whence.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All implementations give the bits of the scalar one, which gives the definition's products. */
class ProductKernelsTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsAreThoseOfTheDefinition(boolean wide) {
    int d = 150;
    SplittableRandom random = new SplittableRandom(3);
    CountMatrix matrix = new CountMatrix(d, wide, Arena.ofAuto());
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < j; k++) {
        matrix.set(j, k, random.nextInt(-32768, 32768) * (wide ? 100 : 1));
      }
    }
    int[] rows = IntStream.range(0, d).filter(j -> j % 3 != 1).toArray();
    float[] sets = new float[rows.length * ProductKernels.SETS];
    double[] weights = new double[rows.length];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = (float) random.nextDouble(-1, 1);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextDouble(-1, 1);
    }
    for (int p = 0; p < matrix.panels(); p++) {
      float[] expected = new float[ProductKernels.SETS * ProductKernels.TILE];
      double[] expectedOne = new double[ProductKernels.TILE];
      ProductKernels scalar = KernelChoice.availableProducts().getFirst();
      scalar.product(matrix, p, rows, rows.length, sets, expected);
      scalar.product(matrix, p, rows, rows.length, weights, expectedOne);
      for (int k = 0; k < ProductKernels.TILE && p * ProductKernels.TILE + k < d; k++) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
          sum += weights[i] * matrix.get(p * ProductKernels.TILE + k, rows[i]);
        }
        assertThat(expectedOne[k]).isCloseTo(sum, within(1e-7));
      }
      for (ProductKernels kernels : KernelChoice.availableProducts()) {
        float[] out = new float[expected.length];
        double[] one = new double[expectedOne.length];
        kernels.product(matrix, p, rows, rows.length, sets, out);
        kernels.product(matrix, p, rows, rows.length, weights, one);
        assertThat(out).isEqualTo(expected);
        assertThat(one).isEqualTo(expectedOne);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 13, 64})
  void subtractsAsTheScalarOne(int n) {
    SplittableRandom random = new SplittableRandom(n);
    double[] row = random.doubles(n).toArray();
    double[] expected = random.doubles(n).toArray();
    double[] values = expected.clone();
    KernelChoice.availableProducts().getFirst().subtract(row, 0.3, expected, n);
    KernelChoice.availableProducts().getLast().subtract(row, 0.3, values, n);
    assertThat(values).isEqualTo(expected);
  }
}
