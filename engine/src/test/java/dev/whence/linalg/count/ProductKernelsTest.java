package dev.whence.linalg.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All implementations give the bits of the scalar one, which gives the definition's products. */
class ProductKernelsTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsAreThoseOfTheDefinition(boolean wide) {
    int d = 150;
    SplittableRandom random = new SplittableRandom(3);
    CountMatrix matrix = new CountMatrix(d, wide);
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
      ProductKernels scalar = ProductKernels.available().getFirst();
      scalar.product(matrix, p, rows, rows.length, sets, expected);
      scalar.add(matrix, p, rows, 0, rows.length, weights, expectedOne);
      for (int k = 0; k < ProductKernels.TILE && p * ProductKernels.TILE + k < d; k++) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
          sum += weights[i] * matrix.get(p * ProductKernels.TILE + k, rows[i]);
        }
        assertThat(expectedOne[k]).isCloseTo(sum, within(1e-7));
      }
      for (ProductKernels kernels : ProductKernels.available()) {
        float[] out = new float[expected.length];
        double[] one = new double[expectedOne.length];
        kernels.product(matrix, p, rows, rows.length, sets, out);
        kernels.add(matrix, p, rows, 0, 17, weights, one);
        kernels.add(matrix, p, rows, 17, rows.length, weights, one);
        assertThat(out).isEqualTo(expected);
        assertThat(one).isEqualTo(expectedOne);
        float[] single = new float[ProductKernels.TILE];
        float[] first = Arrays.copyOf(expected, ProductKernels.TILE);
        matrix.touch(p, 0, d);
        kernels.add(matrix, p, rows, 0, 17, every(sets, ProductKernels.SETS), single);
        kernels.add(matrix, p, rows, 17, rows.length, every(sets, ProductKernels.SETS), single);
        assertThat(single).isEqualTo(first);
      }
    }
  }

  @Test
  void subtractsAsTheScalarOne() {
    SplittableRandom random = new SplittableRandom(5);
    int tile = ProductKernels.TILE;
    double[] block = random.doubles((long) tile * tile).toArray();
    double[] start = random.doubles(2L * tile).toArray();
    List<double[]> values = new ArrayList<>();
    List<float[]> singles = new ArrayList<>();
    for (ProductKernels kernels : ProductKernels.available()) {
      values.add(start.clone());
      singles.add(single(start));
      kernels.subtract(block, 7, 0.3, values.getLast(), 1);
      kernels.subtract(single(block), 7, 0.3f, singles.getLast(), 1);
    }
    for (int k = 0; k < 2 * tile; k++) {
      double expected = start[k] - (k < tile ? 0 : 0.3 * block[7 * tile + k - tile]);
      assertThat(values.getFirst()[k]).isCloseTo(expected, within(1e-15));
      assertThat(singles.getFirst()[k]).isCloseTo((float) expected, within(1e-6f));
    }
    assertThat(values).allMatch(v -> Arrays.equals(v, values.getFirst()));
    assertThat(singles).allMatch(v -> Arrays.equals(v, singles.getFirst()));
  }

  private static float[] every(float[] values, int step) {
    float[] some = new float[values.length / step];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * step];
    }
    return some;
  }

  private static float[] single(double[] values) {
    float[] single = new float[values.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) values[i];
    }
    return single;
  }
}
