package dev.whence.regress;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.data.NpyArray;
import dev.whence.data.Npz;
import dev.whence.design.Mask;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Runs, statistics and fits that tests share. */
public final class TestRuns {

  private TestRuns() {}

  public static Map<String, NpyArray> fixture(String name) {
    return Npz.read(Path.of("src/test/resources/fixtures/lasso_" + name + ".npz"));
  }

  public static Runs runs(Map<String, NpyArray> fixture) {
    NpyArray masks = fixture.get("masks");
    int d = (int) masks.rowSize();
    int m = (int) masks.rows();
    byte[] packed = new byte[m * Mask.bytes(d)];
    for (int i = 0; i < m; i++) {
      int row = i;
      Mask mask = Mask.of(d, j -> masks.get(row, j) == 1);
      System.arraycopy(mask.bytes(), 0, packed, i * Mask.bytes(d), Mask.bytes(d));
    }
    NpyArray outputs = fixture.get("outputs");
    return new Runs(m, d, (int) outputs.rowSize(), packed, outputs.toFloats());
  }

  public static Statistics statistics(Runs runs) {
    try (Parallel parallel = new Parallel(1)) {
      return Statistics.of(
          runs,
          IntStream.range(0, runs.count()).toArray(),
          IntStream.range(0, runs.targets()).toArray(),
          parallel);
    }
  }

  public static double[] row(NpyArray array, int t, int k) {
    int d = (int) array.shape()[2];
    return IntStream.range(0, d).mapToDouble(j -> array.get(t, (long) k * d + j)).toArray();
  }

  /** Fits with the same runs for everything. */
  public static List<Datamodel> fit(Estimator estimator, Statistics statistics) {
    try (Parallel parallel = new Parallel(2)) {
      Problem.Split split = new Problem.Split(statistics, statistics);
      Problem problem = new Problem(List.of(statistics), List.of(split), statistics);
      return estimator.fit(problem, parallel, Progress.NONE.start("", 0, ""));
    }
  }

  public static Runs random(Random random, int m, int d, int n) {
    byte[] packed = new byte[m * Mask.bytes(d)];
    float[] outputs = new float[m * n];
    for (int i = 0; i < m; i++) {
      Mask mask = Mask.of(d, j -> j == 0 || random.nextBoolean()); // unit 0 is always held
      System.arraycopy(mask.bytes(), 0, packed, i * Mask.bytes(d), Mask.bytes(d));
      for (int t = 0; t < n; t++) {
        outputs[i * n + t] = (float) random.nextGaussian() + 3 + (d > 1 && mask.holds(1) ? 2 : 0);
      }
    }
    return new Runs(m, d, n, packed, outputs);
  }

  /** Runs of targets that some tens of units move, with noise. */
  public static Runs planted(int m, int d, int n) {
    Runs random = random(new Random(4), m, d, n);
    float[] outputs = random.outputs().clone();
    for (int t = 0; t < n; t++) {
      Random weights = new Random(100 + t);
      for (int i = 0; i < 30; i++) {
        int j = weights.nextInt(d);
        float w = (float) Math.pow(weights.nextGaussian(), 3);
        for (int row = 0; row < m; row++) {
          outputs[row * n + t] += random.holds(row, j) ? w : 0;
        }
      }
    }
    return new Runs(m, d, n, random.masks(), outputs);
  }
}
