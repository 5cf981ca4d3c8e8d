package dev.whence.regress.gram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Parallel;
import dev.whence.linalg.count.CountMatrix;
import dev.whence.regress.TestRuns;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A part of G is that of its units, whatever its tiles held before. */
class SubGramTest {

  private static final int D = 300;

  @Test
  void tilesThatAreUsedAgainHoldTheirUnitsCounts() {
    Runs runs = TestRuns.random(new Random(2), 90, D, 1);
    try (Parallel parallel = new Parallel(1)) {
      int[] rows = IntStream.range(0, 90).toArray();
      Gram gram = Statistics.of(runs, rows, new int[] {0}, parallel).gram();
      SubGram.Tiles free = new SubGram.Tiles();
      for (int times : new int[] {7, 11, 13}) { // units of one tile are elsewhere the next time
        int[] units = IntStream.range(0, 200).map(i -> (i * times + 11 * times) % D).toArray();
        SubGram sub = new SubGram(gram, free);
        sub.add(units, 50).run();
        Gathering.run(List.of(sub.add(units, 200)), parallel);
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
