package dev.whence.regress.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Parallel;
import dev.whence.design.Mask;
import dev.whence.linalg.count.BitColumns;
import dev.whence.regress.gram.Gram;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountingTest {

  /** Two units in every run and others in few: counts are far from their mean. */
  @ParameterizedTest
  @ValueSource(ints = {300, 33_000, 60_000, 70_000})
  void skewedSubsetsAreCountedExactly(int runs) {
    int d = 10;
    Random random = new Random(3);
    byte[] packed = new byte[runs * Mask.bytes(d)];
    int[] held = new int[d];
    int[][] common = new int[d][d];
    for (int i = 0; i < runs; i++) {
      Mask mask = Mask.of(d, j -> j < 2 || random.nextInt(50) == 0);
      System.arraycopy(mask.bytes(), 0, packed, i * Mask.bytes(d), Mask.bytes(d));
      for (int j : mask.members()) {
        held[j]++;
        for (int k : mask.members()) {
          common[j][k]++;
        }
      }
    }
    try (Parallel parallel = new Parallel(2)) {
      BitColumns x = BitColumns.ofRows(packed, d, IntStream.range(0, runs).toArray());
      Gram gram = Counting.gram(x, parallel);
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < d; k++) {
          double m = runs;
          double expected = (common[j][k] - held[j] / m * held[k]) / m;
          assertThat(gram.at(j, k)).as("%d, %d", j, k).isCloseTo(expected, within(1e-9));
        }
      }
    }
  }
}
