package dev.whence.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The closed form against the definition, over all subsets. */
class KnnShapleyTest {

  /** The share of the label among the K nearest examples of a set, over K. */
  private static double worth(boolean[] match, int set, int neighbours) {
    int taken = 0;
    double right = 0;
    for (int i = 0; i < match.length && taken < neighbours; i++) {
      if ((set >> i & 1) == 1) {
        right += match[i] ? 1 : 0;
        taken++;
      }
    }
    return right / neighbours;
  }

  @Test
  void valuesAreThoseOfAllSubsets() {
    Random random = new Random(2);
    double[] factorial = new double[12];
    factorial[0] = 1;
    for (int i = 1; i < factorial.length; i++) {
      factorial[i] = i * factorial[i - 1];
    }
    for (int n = 1; n <= 9; n++) {
      for (int neighbours = 1; neighbours <= n + 2; neighbours++) {
        boolean[] match = new boolean[n];
        for (int i = 0; i < n; i++) {
          match[i] = random.nextBoolean();
        }
        double[] values = KnnShapley.shapley(match, neighbours);
        double sum = 0;
        for (int i = 0; i < n; i++) {
          double value = 0;
          for (int set = 0; set < 1 << n; set++) {
            if ((set >> i & 1) == 0) {
              int size = Integer.bitCount(set);
              value +=
                  factorial[size]
                      * factorial[n - size - 1]
                      / factorial[n]
                      * (worth(match, set | 1 << i, neighbours) - worth(match, set, neighbours));
            }
          }
          assertThat(values[i]).as("n %d, K %d", n, neighbours).isCloseTo(value, within(1e-12));
          sum += values[i];
        }
        assertThat(sum).isCloseTo(worth(match, (1 << n) - 1, neighbours), within(1e-12));
      }
    }
  }
}
