package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.linalg.CountMatrix;
import dev.whence.linalg.Parallel;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A part of G is that of its units, whatever its tiles held before. */
class SubGramTest {

  private static final int D = 300;

  @Test
  void tilesThatAreUsedAgainHoldTheirUnitsCounts() {
    Runs runs = LassoTest.random(new Random(2), 90, D, 1);
    try (Parallel parallel = new Parallel(1)) {
      int[] rows = IntStream.range(0, 90).toArray();
      Gram gram = Statistics.of(runs, rows, new int[] {0}, parallel).gram();
      SubGram.Tiles free = new SubGram.Tiles();
      for (int step = 1; step < 4; step++) { // units of one tile are elsewhere the next time
        int times = step;
        int[] units = IntStream.range(0, 200).map(i -> (i * 7 * times + 11 * times) % D).toArray();
        SubGram sub = new SubGram(gram, free);
        sub.extend(units, 0, 50);
        sub.extend(units, 50, 200);
        for (int i = 0; i < 200; i++) {
          for (int k = 0; k < 200; k++) {
            CountMatrix tile = sub.tile(i / 64, k / 64);
            int expected = i == k ? 0 : gram.centred(units[i], units[k]);
            assertThat(tile.get(i % 64, k % 64)).isEqualTo(expected);
          }
        }
        sub.close();
      }
    }
  }
}
