package dev.whence.attribute;

import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.data.Dataset;
import dev.whence.linalg.dense.Products;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How near two vectors are: larger is nearer. */
enum Similarity {
  /** −‖a − b‖. */
  L2 {
    @Override
    float of(double dot, double a, double b) {
      return (float) -Math.sqrt(Math.max(0, a + b - 2 * dot));
    }
  },
  /** a·b / (‖a‖‖b‖); 0 where one is 0. */
  COSINE {
    @Override
    float of(double dot, double a, double b) {
      return a > 0 && b > 0 ? (float) (dot / Math.sqrt(a * b)) : 0;
    }
  },
  /** a·b. */
  DOT {
    @Override
    float of(double dot, double a, double b) {
      return (float) dot;
    }
  };

  /** Targets whose products are formed at once. */
  private static final int BLOCK = 64;

  /** Returns the similarity, from the inner product and the squared lengths. */
  abstract float of(double dot, double a, double b);

  static Similarity of(String where, String name) {
    List<String> names =
        Arrays.stream(values()).map(s -> s.name().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(name)) {
      throw BadInputException.at(where + ", metric", "one of " + names, name);
    }
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the similarity of each row of {@code a} with each row of {@code b}.
   *
   * @param width number of columns of both
   */
  float[][] between(float[] a, float[] b, int width, Parallel parallel) {
    int rows = a.length / width;
    int others = b.length / width;
    double[] squares = squares(b, width);
    float[][] found = new float[rows][];
    parallel.forEach(
        Math.ceilDiv(rows, BLOCK),
        p -> {
          int from = p * BLOCK;
          int count = Math.min(BLOCK, rows - from);
          float[] some = Arrays.copyOfRange(a, from * width, (from + count) * width);
          double[] own = squares(some, width);
          float[] dots = Products.of(b, others, some, count, width);
          for (int i = 0; i < count; i++) {
            float[] row = new float[others];
            for (int j = 0; j < others; j++) {
              row[j] = of(dots[j * count + i], own[i], squares[j]);
            }
            found[from + i] = row;
          }
        });
    return found;
  }

  private static double[] squares(float[] values, int width) {
    double[] squares = new double[values.length / width];
    for (int i = 0; i < values.length; i++) {
      squares[i / width] += (double) values[i] * values[i];
    }
    return squares;
  }

  /**
   * Turns similarities into scores with a sign: how much nearer an example is than the farthest
   * one, for examples of the target's class; the same turned round for others.
   */
  static void sign(float[][] scores, Dataset targets, Dataset train, String method) {
    int[] classes = AttributionTask.classes(train, method);
    int[] own = AttributionTask.classes(targets, method);
    for (int t = 0; t < scores.length; t++) {
      float lowest = Float.POSITIVE_INFINITY;
      for (float s : scores[t]) {
        lowest = Math.min(lowest, s);
      }
      for (int i = 0; i < classes.length; i++) {
        float above = scores[t][i] - lowest;
        scores[t][i] = classes[i] == own[t] ? above : -above;
      }
    }
  }
}
