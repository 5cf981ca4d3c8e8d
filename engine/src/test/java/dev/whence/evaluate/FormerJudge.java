package dev.whence.evaluate;

import java.util.stream.IntStream;

/**
 * The definitions that figures had before they were tested, for the table in docs/results/judge.md:
 * what was wrong with them is seen beside what is true.
 */
final class FormerJudge {

  private FormerJudge() {}

  /** Split halves averaged over targets, then Spearman–Brown, then the root. */
  static double ldsCeiling(HeldOut runs) {
    int middle = runs.times() / 2;
    double half =
        average(
            runs,
            t ->
                Correlation.spearman(
                    means(runs, t, 0, middle), means(runs, t, middle, 2 * middle)));
    return Math.sqrt(Math.max(0, 2 * half / (1 + half)));
  }

  /** The mean of a subset's other models beside its first. */
  static double singleCeiling(HeldOut runs) {
    return average(
        runs, t -> Correlation.spearman(means(runs, t, 1, runs.times()), means(runs, t, 0, 1)));
  }

  /** With the variance of all runs about the grand mean, R/(R − 1) times. */
  static double explained(HeldOut runs) {
    int r = runs.subsets();
    int k = runs.times();
    double mse =
        average(runs, t -> squares(runs, t, (i, j) -> runs.prediction(i, t)) / (2.0 * r * k));
    double opt =
        average(runs, t -> squares(runs, t, (i, j) -> runs.mean(i, t)) / (2.0 * r * (k - 1)));
    double variance =
        average(
            runs,
            t -> {
              double grand =
                  IntStream.range(0, r).mapToDouble(i -> runs.mean(i, t)).average().orElse(0);
              return squares(runs, t, (i, j) -> grand) / (2.0 * r * k) * r / (r - 1);
            });
    return 1 - (mse - opt) / (variance - opt);
  }

  private interface About {
    double at(int subset, int repeat);
  }

  private static double squares(HeldOut runs, int t, About about) {
    double sum = 0;
    for (int i = 0; i < runs.subsets(); i++) {
      for (int j = 0; j < runs.times(); j++) {
        double e = runs.output(i, j, t) - about.at(i, j);
        sum += e * e;
      }
    }
    return sum;
  }

  private static double[] means(HeldOut runs, int t, int from, int to) {
    return IntStream.range(0, runs.subsets())
        .mapToDouble(
            i ->
                IntStream.range(from, to)
                    .mapToDouble(j -> runs.output(i, j, t))
                    .average()
                    .orElse(0))
        .toArray();
  }

  private static double average(HeldOut runs, java.util.function.IntToDoubleFunction of) {
    return IntStream.range(0, runs.targets()).mapToDouble(of).average().orElse(0);
  }
}
