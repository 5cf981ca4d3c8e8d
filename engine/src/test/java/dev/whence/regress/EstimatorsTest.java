package dev.whence.regress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.design.Mask;
import dev.whence.linalg.count.SparseVector;
import dev.whence.regress.gram.SubGram;
import dev.whence.regress.solve.Lasso;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Closed forms and optimality conditions of the LASSO's relatives. */
class EstimatorsTest {

  private static final PathOptions PATH = new PathOptions(30, 0.02, 1e-6, 1e-11, 0);

  /**
   * Lemma 1 (Ilyas et al. 2022): least squares is the difference of means but for a factor. Over
   * all 70 subsets of 4 of 8 units it holds exactly, with the factor d/(d − 1); the lemma's 1 + 2/n
   * has the same limit.
   */
  @Test
  void leastSquaresIsTheDifferenceOfMeansOverAllSubsets() {
    int d = 8;
    byte[] masks = new byte[70];
    float[] outputs = new float[70];
    Random random = new Random(5);
    int m = 0;
    for (int bits = 0; bits < 256; bits++) {
      if (Integer.bitCount(bits) == 4) {
        masks[m] = (byte) bits;
        outputs[m++] = random.nextBoolean() ? 1 : 0; // correct or not
      }
    }
    Statistics statistics = TestRuns.statistics(new Runs(70, d, 1, masks, outputs));
    double[] ols = TestRuns.fit(RidgeEstimator.ols(), statistics).getFirst().weights();
    double[] influence = TestRuns.fit(new DifferenceOfMeans(), statistics).getFirst().weights();
    for (int j = 0; j < d; j++) {
      double in = 0;
      double out = 0;
      for (int i = 0; i < 70; i++) {
        if ((masks[i] >> j & 1) == 1) {
          in += outputs[i] / 35.0;
        } else {
          out += outputs[i] / 35.0;
        }
      }
      assertThat(influence[j]).isCloseTo(in - out, within(1e-9));
      assertThat(ols[j] * d / (d - 1.0)).isCloseTo(influence[j], within(1e-9));
    }
  }

  @Test
  void theElasticNetMeetsItsOptimalityConditions() {
    Statistics statistics = TestRuns.statistics(TestRuns.random(new Random(8), 90, 40, 1));
    Penalty penalty = new Penalty(0.4, null);
    Lasso solver = new Lasso(statistics, penalty, new SubGram.Tiles()).target(0);
    double lambda = solver.lambdaMax() / 5;
    assertThat(solver.solve(lambda, 1e-13)).isLessThan(1e-10);
    double[] w = solver.weights();
    assertThat(Arrays.stream(w).filter(x -> x != 0).count()).isBetween(2L, 39L);
    for (int j = 0; j < w.length; j++) {
      double gradient = gradient(statistics, w, j) - lambda * 0.6 * w[j];
      if (w[j] == 0) {
        assertThat(Math.abs(gradient)).isLessThan(lambda * 0.4 + 1e-7);
      } else {
        assertThat(gradient).isCloseTo(lambda * 0.4 * Math.signum(w[j]), within(1e-6));
      }
    }
  }

  @Test
  void factorsWeighTheThresholds() {
    Statistics statistics = TestRuns.statistics(TestRuns.random(new Random(9), 200, 30, 1));
    double[] factors = new double[30];
    Arrays.setAll(factors, j -> 1 + j % 3);
    Lasso solver = new Lasso(statistics, new Penalty(1, factors), new SubGram.Tiles()).target(0);
    double lambda = solver.lambdaMax() / 6;
    solver.solve(lambda, 1e-13);
    double[] w = solver.weights();
    for (int j = 0; j < w.length; j++) {
      double bound = lambda * factors[j];
      double gradient = gradient(statistics, w, j);
      assertThat(Math.abs(gradient)).isLessThan(bound + 1e-7);
      if (w[j] != 0) {
        assertThat(gradient).isCloseTo(bound * Math.signum(w[j]), within(1e-6));
      }
    }
  }

  private static double gradient(Statistics statistics, double[] w, int j) {
    double gradient = statistics.moments().getFirst().covariance()[j];
    for (int k = 0; k < w.length; k++) {
      gradient -= statistics.gram().at(j, k) * w[k];
    }
    return gradient;
  }

  @Test
  void postLassoHasNoGradientOnWhatItKeeps() {
    Statistics statistics = TestRuns.statistics(TestRuns.random(new Random(10), 150, 25, 2));
    List<Datamodel> lasso = TestRuns.fit(LassoEstimator.lasso(PATH), statistics);
    List<Datamodel> post = TestRuns.fit(new PostLasso(LassoEstimator.lasso(PATH)), statistics);
    for (int t = 0; t < 2; t++) {
      double[] w = post.get(t).weights();
      Statistics one = statistics.forTargets(new int[] {t});
      for (int j = 0; j < w.length; j++) {
        assertThat(w[j] == 0).isEqualTo(lasso.get(t).weights()[j] == 0);
        if (w[j] != 0) {
          assertThat(gradient(one, w, j)).isCloseTo(0, within(1e-9));
        }
      }
    }
  }

  @Test
  void theAdaptiveLassoKeepsFewerUnits() {
    Statistics statistics = TestRuns.statistics(planted());
    List<float[]> prior = List.of(new float[statistics.gram().units()]);
    for (Estimator.Kind kind : Estimator.Kind.values()) {
      Estimator estimator = Estimator.create(kind, PATH).about(prior);
      Datamodel model = TestRuns.fit(estimator, statistics).getFirst();
      assertThat(model.weights()[3]).as(kind.label()).isCloseTo(2, within(0.35));
      assertThat(model.bias()).isFinite();
    }
    int lasso = support(Estimator.Kind.LASSO, statistics);
    assertThat(support(Estimator.Kind.ADAPTIVE_LASSO, statistics)).isLessThanOrEqualTo(lasso);
  }

  private static int support(Estimator.Kind kind, Statistics statistics) {
    PathOptions one = new PathOptions(2, 0.05, 1e-6, 1e-10, 0);
    Datamodel model = TestRuns.fit(Estimator.create(kind, one), statistics).getFirst();
    return SparseVector.support(model.weights()).length;
  }

  /** 400 runs of 20 units, of which two matter. */
  private static Runs planted() {
    Random random = new Random(12);
    byte[] masks = new byte[400 * 3];
    float[] outputs = new float[400];
    for (int i = 0; i < 400; i++) {
      Mask mask = Mask.of(20, j -> random.nextBoolean());
      System.arraycopy(mask.bytes(), 0, masks, 3 * i, 3);
      outputs[i] =
          (mask.holds(3) ? 2 : 0) - (mask.holds(7) ? 1 : 0) + (float) random.nextGaussian() / 2;
    }
    return new Runs(400, 20, 1, masks, outputs);
  }
}
