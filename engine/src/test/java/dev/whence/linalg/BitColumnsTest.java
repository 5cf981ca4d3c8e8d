package dev.whence.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitColumnsTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "63, 9", "64, 8", "65, 17", "200, 33"})
  void countsAndSumsAreThoseOfTheDefinition(int rows, int columns) {
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
    double[] panel = random.doubles(chosen.length * 3L).toArray();
    for (int j = 0; j < columns; j++) {
      double[] sums = new double[3];
      double[] expected = new double[3];
      bits.addRows(j, panel, 3, sums);
      for (int k = 0; k < columns; k++) {
        int common = 0;
        for (int i : chosen) {
          common += x[i][j] && x[i][k] ? 1 : 0;
        }
        assertThat(bits.common(j, k)).isEqualTo(common);
      }
      for (int i = 0; i < chosen.length; i++) {
        for (int t = 0; t < 3; t++) {
          expected[t] += x[chosen[i]][j] ? panel[i * 3 + t] : 0;
        }
      }
      assertThat(sums).isEqualTo(expected);
    }
  }
}
