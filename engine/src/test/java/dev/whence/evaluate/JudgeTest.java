package dev.whence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.FitOptions;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Judges the judge: on noise and on planted truth its 95% intervals hold the truth, and are not
 * wider than they need be.
 *
 * <p>-Dwhence.draws=200 for more draws, which is what docs/results/judge.md has; -Dwhence.seed=N
 * for others.
 */
class JudgeTest {

  private static final int DRAWS = Integer.getInteger("whence.draws", 40);
  private static final long SEED = Long.getLong("whence.seed", 1);

  /** The least coverage that chance leaves in {@link #DRAWS} draws of intervals that hold 90%. */
  private static final double LEAST = 0.9 - 3 * Math.sqrt(0.09 / DRAWS);

  private static final Map<String, Function<Agreement, @Nullable Interval>> FIGURES =
      new LinkedHashMap<>();

  static {
    FIGURES.put("mse", Agreement::mse);
    FIGURES.put("opt", Agreement::opt);
    FIGURES.put("variance", Agreement::variance);
    FIGURES.put("explained", Agreement::explained);
    FIGURES.put("pearson", Agreement::pearson);
    FIGURES.put("pooled", Agreement::pearsonPooled);
    FIGURES.put("lds", Agreement::lds);
    FIGURES.put("ldsCeiling", Agreement::ldsCeiling);
    FIGURES.put("single", Agreement::spearmanSingle);
    FIGURES.put("singleCeiling", Agreement::spearmanCeiling);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 2, 8, none, 0", "50, 2, 8, none, 0.9", "100, 10, 30, none, 0.5",
    "50, 3, 8, mixed, 0", "100, 2, 30, mixed, 0.5", "100, 10, 8, mixed, 0.9",
    "100, 5, 8, strong, 0", "100, 5, 30, weak, 0.5", "200, 3, 30, mixed, 0"
  })
  void intervalsOfRepeatsHoldTheTruth(
      int subsets, int times, int targets, String signal, double common) {
    double[] signals = Simulated.signals(signal, targets);
    Map<String, Simulated.Draws> draws = new LinkedHashMap<>();
    FIGURES.keySet().forEach(name -> draws.put(name, new Simulated.Draws()));
    double skill = 0.8;
    try (Parallel parallel = new Parallel(2)) {
      for (int i = 0; i < DRAWS; i++) {
        Random random = new Random(SEED * 1_000_003 + i);
        Agreement scores =
            Agreement.of(
                Simulated.heldOut(subsets, times, signals, common, skill, random), parallel);
        FIGURES.forEach((name, of) -> draws.get(name).add(of.apply(scores)));
      }
    }
    boolean noise = signal.equals("none");
    draws.forEach(
        (name, figure) -> {
          if (figure.size() < DRAWS / 2) {
            return; // it says that it cannot be told
          }
          double truth =
              switch (name) {
                case "opt" -> 0.5;
                case "variance" -> 0.5 + mean(signals) / 2;
                case "explained" -> Simulated.explained(signals, skill);
                case "ldsCeiling" -> Simulated.ceiling(signals, times, subsets);
                case "singleCeiling" -> Simulated.ceiling(signals, 1, subsets);
                case "pearson", "lds", "single", "pooled" -> noise ? 0 : figure.mean();
                default -> figure.mean();
              };
          report(name, subsets + " × " + times, targets, signal, common, figure, truth);
          assertThat(figure.coverage(truth)).as(name).isGreaterThan(LEAST);
        });
    if (noise) {
      assertThat(draws.get("explained").missing()).isGreaterThan((int) (0.9 * DRAWS));
      assertThat(draws.get("ldsCeiling").missing()).isGreaterThan((int) (0.7 * DRAWS));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "60, 20, 4, none, 0",
    "60, 200, 8, none, 0.9",
    "100, 200, 8, none, 0.5",
    "300, 100, 8, none, 0",
    "300, 100, 8, none, 1",
    "1000, 50, 8, none, 0.9",
    "5000, 20, 4, none, 0",
    "300, 50, 8, strong, 0",
    "1000, 50, 8, mixed, 0.5"
  })
  void crossFittingHasNoSkillOnNoise(
      int runs, int units, int targets, String signal, double common) {
    double[] signals = Simulated.signals(signal, targets);
    Simulated.Draws lds = new Simulated.Draws();
    Simulated.Draws pearson = new Simulated.Draws();
    int[] outside = new int[targets];
    java.util.Arrays.fill(outside, -1);
    PathOptions path = new PathOptions(199, 1e-4, 1e-4, 1e-6, 8);
    FitOptions options = new FitOptions("lasso", "output", runs, Folds.DEFAULT, path);
    try (Parallel parallel = new Parallel(2)) {
      for (int i = 0; i < DRAWS; i++) {
        Random random = new Random(SEED * 1_000_003 + i);
        Agreement scores =
            CrossFitting.of(
                    Simulated.pool(runs, units, signals, common, random),
                    outside,
                    options,
                    false,
                    true,
                    parallel,
                    Progress.NONE)
                .scores();
        lds.add(scores.lds());
        pearson.add(scores.pearson());
      }
    }
    double truth = signal.equals("none") ? 0 : lds.mean();
    report("lds", "m = " + runs + ", d = " + units, targets, signal, common, lds, truth);
    report(
        "pearson",
        "m = " + runs + ", d = " + units,
        targets,
        signal,
        common,
        pearson,
        signal.equals("none") ? 0 : pearson.mean());
    assertThat(lds.coverage(truth)).isGreaterThan(LEAST);
    if (signal.equals("none")) {
      assertThat(lds.mean()).isBetween(-0.05, 0.05);
    } else {
      assertThat(lds.mean()).isGreaterThan(0.2);
    }
  }

  /** Of K odd and even, of targets with and without signal: nobody beats the ceiling. */
  @ParameterizedTest
  @CsvSource({"2, strong", "3, strong", "5, mixed", "10, mixed", "4, weak"})
  void aPerfectPredictorReachesTheCeilings(int times, String signal) {
    double[] signals = Simulated.signals(signal, 20);
    Simulated.Draws lds = new Simulated.Draws();
    Simulated.Draws ceiling = new Simulated.Draws();
    Simulated.Draws single = new Simulated.Draws();
    Simulated.Draws singleCeiling = new Simulated.Draws();
    double formerCeiling = 0;
    double formerSingle = 0;
    Simulated.Draws explained = new Simulated.Draws();
    try (Parallel parallel = new Parallel(2)) {
      for (int i = 0; i < DRAWS; i++) {
        Random random = new Random(SEED * 1_000_003 + i);
        HeldOut drawn = Simulated.perfect(100, times, signals, random);
        Agreement scores = Agreement.of(drawn, parallel);
        formerCeiling += FormerJudge.ldsCeiling(drawn) / DRAWS;
        formerSingle += FormerJudge.singleCeiling(drawn) / DRAWS;
        lds.add(scores.lds());
        ceiling.add(scores.ldsCeiling());
        single.add(scores.spearmanSingle());
        singleCeiling.add(scores.spearmanCeiling());
        explained.add(scores.explained());
      }
    }
    System.out.printf(
        "| LDS ceiling | 100 × %d | %s | %.3f | %.3f | %.3f | %.3f |%n",
        times,
        signal,
        Simulated.ceiling(signals, times, 100),
        lds.mean(),
        formerCeiling,
        ceiling.mean());
    System.out.printf(
        "| single-model ceiling | 100 × %d | %s | %.3f | %.3f | %.3f | %.3f |%n",
        times,
        signal,
        Simulated.ceiling(signals, 1, 100),
        single.mean(),
        formerSingle,
        singleCeiling.mean());
    assertThat(ceiling.mean()).isBetween(lds.mean() - 0.03, lds.mean() + 0.04);
    assertThat(singleCeiling.mean()).isBetween(single.mean() - 0.03, single.mean() + 0.04);
    assertThat(explained.mean()).isBetween(0.97, 1.03);
  }

  /** The best constant explains nothing, however noisy the models. */
  @ParameterizedTest
  @CsvSource({"4", "20"})
  void aConstantExplainsNothing(double noiseToSignal) {
    double former = 0;
    Simulated.Draws explained = new Simulated.Draws();
    try (Parallel parallel = new Parallel(2)) {
      for (int i = 0; i < DRAWS; i++) {
        Random random = new Random(SEED * 1_000_003 + i);
        double[] signals = new double[60];
        java.util.Arrays.fill(signals, 1 / noiseToSignal);
        HeldOut drawn = Simulated.heldOut(50, 10, signals, 0, 0.8, random);
        java.util.Arrays.fill(drawn.predictions(), 0);
        explained.add(Agreement.of(drawn, parallel).explained());
        former += FormerJudge.explained(drawn) / DRAWS;
      }
    }
    System.out.printf(
        "| explained by a constant | 50 × 10 | noise/signal %.0f | 0.000 | – | %.3f | %.3f |%n",
        noiseToSignal, former, explained.mean());
    assertThat(explained.mean()).isBetween(-0.03, 0.03);
    assertThat(explained.coverage(0)).isGreaterThan(LEAST);
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElse(0);
  }

  private static void report(
      String figure,
      String runs,
      int targets,
      String signal,
      double common,
      Simulated.Draws draws,
      double truth) {
    System.out.printf(
        "| %s | %s | %d | %s | %s | %.3f | %.3f | %.1f%% | %.2f | %d |%n",
        figure,
        runs,
        targets,
        signal,
        common,
        truth,
        draws.mean(),
        100 * draws.coverage(truth),
        draws.width(),
        draws.missing());
  }
}
