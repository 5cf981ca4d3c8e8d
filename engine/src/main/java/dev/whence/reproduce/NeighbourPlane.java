package dev.whence.reproduce;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Datamodels of a nearest-neighbour classifier in the plane, for one target in its middle (Ilyas et
 * al. 2022, Figure 15). The output is the label, +1 or −1, of the nearest example of a subset that
 * holds each example with probability α; its datamodel has a closed form.
 *
 * @param x coordinates of the examples, [n]; the target is at 0
 * @param y coordinates of the examples, [n]; the target is at 0
 * @param labels +1 or −1, [n]
 */
public record NeighbourPlane(double[] x, double[] y, int[] labels) {

  /** Returns random examples in the square from −1 to 1, whose labels a curve divides. */
  public static NeighbourPlane random(int examples, long seed) {
    UniformRandomProvider random = new Key(seed, Purpose.SIMULATION, -1).random();
    double[] x = new double[examples];
    double[] y = new double[examples];
    int[] labels = new int[examples];
    for (int i = 0; i < examples; i++) {
      x[i] = 2 * random.nextDouble() - 1;
      y[i] = 2 * random.nextDouble() - 1;
      labels[i] = y[i] > -0.25 + 0.35 * Math.sin(3 * x[i]) ? 1 : -1;
    }
    return new NeighbourPlane(x, y, labels);
  }

  /**
   * Returns the weights of the datamodel that fits best over all subsets, [n]: with the examples in
   * the order of their distance, r = 1, 2, …, the example in place r changes the output only where
   * none before it is in,
   *
   * <pre>θ_r = (1 − α)^(r−1) · (y_r − Σ_{s&gt;r} α(1 − α)^(s−r−1) y_s)</pre>
   */
  public double[] weights(double alpha) {
    int[] order =
        IntStream.range(0, x.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> Math.hypot(x[i], y[i])))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] weights = new double[x.length];
    double beyond = 0; // mean output of the examples beyond place r
    for (int r = order.length - 1; r >= 0; r--) {
      int label = labels[order[r]];
      weights[order[r]] = Math.pow(1 - alpha, r) * (label - beyond);
      beyond = alpha * label + (1 - alpha) * beyond;
    }
    return weights;
  }

  /** Returns the output on a subset: the label of its nearest example, 0 of the empty one. */
  public int output(boolean[] subset) {
    int nearest = -1;
    for (int i = 0; i < x.length; i++) {
      if (subset[i]
          && (nearest < 0 || Math.hypot(x[i], y[i]) < Math.hypot(x[nearest], y[nearest]))) {
        nearest = i;
      }
    }
    return nearest < 0 ? 0 : labels[nearest];
  }
}
