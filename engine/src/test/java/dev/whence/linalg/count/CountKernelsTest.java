package dev.whence.linalg.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation against the definition, at sizes that are multiples of nothing. */
class CountKernelsTest {

  private static final int[][] SIZES = {{1, 1}, {63, 9}, {64, 64}, {65, 65}, {200, 130}, {777, 71}};

  static Stream<CountKernels> kernels() {
    return CountKernels.available().stream();
  }

  /** Bits of a matrix whose first columns are all ones, all zeros, and a pair of duplicates. */
  private static boolean[][] matrix(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(rows);
    boolean[][] x = new boolean[rows][columns];
    for (boolean[] row : x) {
      for (int j = 0; j < columns; j++) {
        row[j] = j == 0 || (j == 3 ? row[2] : j != 1 && random.nextBoolean());
      }
    }
    return x;
  }

  static BitColumns pack(boolean[][] x) {
    int columns = x[0].length;
    int rowBytes = Math.ceilDiv(columns, 8);
    byte[] packed = new byte[x.length * rowBytes];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < columns; j++) {
        packed[i * rowBytes + j / 8] |= (byte) (x[i][j] ? 1 << j % 8 : 0);
      }
    }
    return BitColumns.ofRows(packed, columns, IntStream.range(0, x.length).toArray());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gramIsThatOfTheDefinition(CountKernels kernels) {
    for (int[] size : SIZES) {
      boolean[][] x = matrix(size[0], size[1]);
      BitColumns bits = pack(x);
      for (int tile = 0; tile * CountKernels.TILE < size[1]; tile++) {
        int from = Math.min(tile * CountKernels.TILE, 5);
        int n = size[1] - from;
        int[] counts = new int[n * CountKernels.TILE];
        Arrays.fill(counts, 99);
        kernels.gram(bits, tile, from, size[1], counts);
        for (int j = 0; j < n; j++) {
          for (int k = 0; k < CountKernels.TILE; k++) {
            int column = tile * CountKernels.TILE + k;
            int expected = 0;
            for (boolean[] row : x) {
              expected += column < size[1] && row[from + j] && row[column] ? 1 : 0;
            }
            assertThat(counts[j * CountKernels.TILE + k]).isEqualTo(expected);
          }
        }
      }
    }
  }

  /** More columns than are passed over together. */
  @ParameterizedTest
  @MethodSource("kernels")
  void manyColumnsAreThoseOfTheScalarOne(CountKernels kernels) {
    int columns = CountKernels.BAND + 70;
    BitColumns bits = pack(matrix(200, columns));
    CountKernels scalar = new ScalarCountKernels();
    int[] expected = new int[(columns - 3) * CountKernels.TILE];
    int[] counts = new int[expected.length];
    scalar.gram(bits, 65, 3, columns, expected);
    kernels.gram(bits, 65, 3, columns, counts);
    assertThat(counts).isEqualTo(expected);
    int[] q = new SplittableRandom(4).ints(130L * CountKernels.STRIP, -99999, 99999).toArray();
    long[] sums = new long[(columns - 3) * CountKernels.STRIP];
    long[] expectedSums = new long[sums.length];
    scalar.sum(bits, 1, q, 130, 3, columns, expectedSums);
    kernels.sum(bits, 1, q, 130, 3, columns, sums);
    assertThat(sums).isEqualTo(expectedSums);
  }

  /** Long enough for every narrow accumulator to overflow if it were not emptied in time. */
  @ParameterizedTest
  @MethodSource("kernels")
  void columnsOfOnesCountEveryRow(CountKernels kernels) {
    int rows = 64 * 2100 + 1;
    boolean[][] x = new boolean[rows][2];
    for (boolean[] row : x) {
      Arrays.fill(row, true);
    }
    int[] counts = new int[2 * CountKernels.TILE];
    kernels.gram(pack(x), 0, 0, 2, counts);
    assertThat(counts[0]).isEqualTo(rows);
    assertThat(counts[CountKernels.TILE + 1]).isEqualTo(rows);
    assertThat(counts[2]).isZero();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsAreThoseOfTheDefinition(CountKernels kernels) {
    for (int[] size : SIZES) {
      SplittableRandom random = new SplittableRandom(7);
      boolean[][] x = matrix(size[0], size[1]);
      int firstWord = size[0] > 128 ? 1 : 0;
      int rows = size[0] - 64 * firstWord;
      int[] q =
          random
              .ints((long) rows * CountKernels.STRIP, -CountKernels.LARGEST, CountKernels.LARGEST)
              .toArray();
      IntStream.range(0, rows).forEach(i -> q[i * CountKernels.STRIP] = CountKernels.LARGEST);
      IntStream.range(0, rows).forEach(i -> q[i * CountKernels.STRIP + 1] = -CountKernels.LARGEST);
      long[] sums = new long[size[1] * CountKernels.STRIP];
      Arrays.fill(sums, 1);
      kernels.sum(pack(x), firstWord, q, rows, 0, size[1], sums);
      for (int j = 0; j < size[1]; j++) {
        for (int t = 0; t < CountKernels.STRIP; t++) {
          long expected = 1;
          for (int i = 0; i < rows; i++) {
            expected += x[64 * firstWord + i][j] ? q[i * CountKernels.STRIP + t] : 0;
          }
          assertThat(sums[j * CountKernels.STRIP + t]).isEqualTo(expected);
        }
      }
    }
  }
}
