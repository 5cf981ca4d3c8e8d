package dev.whence.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Figure 15's weights against all subsets of a few examples. */
class NeighbourPlaneTest {

  private static final int N = 11;

  @Test
  void weightsAreThoseOfAllSubsets() {
    NeighbourPlane plane = NeighbourPlane.random(N, 5);
    for (double alpha : new double[] {0.1, 0.5, 0.8}) {
      double[] weights = plane.weights(alpha);
      for (int i = 0; i < N; i++) {
        double in = 0;
        double out = 0;
        for (int s = 0; s < 1 << N; s++) {
          boolean[] subset = new boolean[N];
          double probability = 1;
          for (int j = 0; j < N; j++) {
            subset[j] = (s >> j & 1) == 1;
            probability *= j == i ? 1 : subset[j] ? alpha : 1 - alpha;
          }
          if (subset[i]) {
            in += probability * plane.output(subset);
          } else {
            out += probability * plane.output(subset);
          }
        }
        // examples are in independently of each other: least squares is the difference of means
        assertThat(weights[i]).isCloseTo(in - out, within(1e-12));
      }
    }
  }
}
