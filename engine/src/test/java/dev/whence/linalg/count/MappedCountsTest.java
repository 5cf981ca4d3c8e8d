package dev.whence.linalg.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappedCountsTest {

  private static final int TILE = CountMatrix.TILE;

  @ParameterizedTest
  @CsvSource({"200, false", "200, true", "64, false", "129, true", "1, false"})
  void hasTheElementsOfAMatrixInMemory(int d, boolean wide) {
    CountMatrix matrix = random(d, wide);
    MappedCounts mapped = new MappedCounts(d, lower(matrix), wide, matrix.largest());
    BitSet every = new BitSet();
    every.set(0, d);
    BitSet few = new BitSet();
    IntStream.of(0, d / 2, d - 1).forEach(few::set);
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        assertThat(mapped.get(j, k)).isEqualTo(matrix.get(j, k));
      }
    }
    for (int p = matrix.panels() - 1; p >= 0; p--) {
      CountMatrix one = mapped.panel(p, few);
      assertSame(one, matrix, p, few);
      assertSame(mapped.panel(p, every), matrix, p, every);
    }
  }

  private static void assertSame(CountMatrix one, CountMatrix matrix, int p, BitSet rows) {
    rows.stream().forEach(j -> assertThat(row(one, j, p)).isEqualTo(row(matrix, j, p)));
  }

  /** Returns elements (j, 64·p + k), k &lt; 64. */
  private static int[] row(CountMatrix matrix, int j, int p) {
    int width = Math.min(TILE, matrix.units() - p * TILE);
    return IntStream.range(0, width).map(k -> matrix.get(j, p * TILE + k)).toArray();
  }

  private static CountMatrix random(int d, boolean wide) {
    CountMatrix matrix = new CountMatrix(d, wide);
    Random random = new Random(d);
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < j; k++) {
        matrix.set(j, k, random.nextInt(-30_000, 30_000) * (wide ? 1000 : 1));
      }
    }
    return matrix;
  }

  /** Returns the panels from their diagonals down, as they lie on disk. */
  private static MemorySegment[] lower(CountMatrix matrix) {
    MemorySegment[] lower = new MemorySegment[matrix.panels()];
    for (int p = 0; p < lower.length; p++) {
      int rows = (matrix.panels() - p) * TILE;
      int bytes = matrix.wide() ? Integer.BYTES : Short.BYTES;
      lower[p] = MemorySegment.ofArray(new byte[rows * TILE * bytes]);
      for (int j = p * TILE; j < matrix.units(); j++) {
        for (int k = p * TILE; k < Math.min(j, p * TILE + TILE); k++) {
          long at = (long) (j - p * TILE) * TILE + k % TILE;
          set(lower[p], matrix.wide(), at, matrix.get(j, k));
        }
      }
    }
    return lower;
  }

  private static void set(MemorySegment segment, boolean wide, long at, int value) {
    if (wide) {
      segment.setAtIndex(
          ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at, value);
    } else {
      segment.setAtIndex(
          ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at, (short) value);
    }
  }
}
