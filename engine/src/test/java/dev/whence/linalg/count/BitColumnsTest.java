package dev.whence.linalg.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Parallel;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitColumnsTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "63, 9", "64, 8", "65, 17", "200, 33"})
  void bitsAndCountsAreThoseOfTheRows(int rows, int columns) {
    Random random = new Random(rows);
    boolean[][] x = new boolean[rows][columns];
    int rowBytes = Math.ceilDiv(columns, 8);
    byte[] packed = new byte[rows * rowBytes];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x[i][j] = j == 0 || (j != 1 && random.nextBoolean()); // all ones, all zeros, random
        if (x[i][j]) {
          packed[i * rowBytes + j / 8] |= (byte) (1 << j % 8);
        }
      }
    }
    int[] chosen = IntStream.range(0, rows).filter(i -> i % 3 != 1).toArray();
    BitColumns bits = BitColumns.ofRows(packed, columns, chosen);
    assertThat(bits.rows()).isEqualTo(chosen.length);
    int[] counts = bits.counts();
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < chosen.length; i++) {
        assertThat(bits.get(i, j)).isEqualTo(x[chosen[i]][j]);
      }
      assertThat(bits.common(j, j)).isEqualTo(counts[j]);
      for (int k = 0; k < columns; k++) {
        int common = 0;
        for (int i : chosen) {
          common += x[i][j] && x[i][k] ? 1 : 0;
        }
        assertThat(bits.common(j, k)).isEqualTo(common);
      }
    }
    int[] some = IntStream.range(0, columns).filter(j -> j % 5 != 2).toArray();
    double[] weights = new double[columns];
    for (int j : some) {
      weights[j] = random.nextDouble();
    }
    try (Parallel parallel = new Parallel(2)) {
      for (CountKernels kernels : CountKernels.available()) {
        List<double[]> two = List.of(new double[columns], weights);
        double[][] products = bits.products(two, kernels, parallel);
        assertThat(products[0]).containsOnly(0).hasSize(chosen.length);
        for (int i = 0; i < chosen.length; i++) {
          double sum = 0;
          for (int j : some) {
            sum += x[chosen[i]][j] ? weights[j] : 0;
          }
          assertThat(products[1][i]).isEqualTo(sum); // in the order of the columns
        }
      }
    }
  }
}
