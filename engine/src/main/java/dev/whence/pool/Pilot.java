package dev.whence.pool;

import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Split;
import dev.whence.learn.Workplace;
import dev.whence.store.PoolSpec;
import dev.whence.store.Study;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;

/**
 * What one model of a study takes on this machine, measured by training some and keeping none.
 *
 * @param alpha part of the units that the subsets held
 * @param threads that trained at once
 * @param models trained in the rounds that count: the later ones, when code is compiled
 * @param seconds that a thread takes for a model, the mean of the rounds
 * @param low lower end of the 95% interval of that mean
 * @param high upper end
 * @param bytesPerRun what a run's mask and outputs take on disk
 */
public record Pilot(
    double alpha,
    int threads,
    long models,
    double seconds,
    double low,
    double high,
    long bytesPerRun) {

  private static final int LEAST_ROUNDS = 3;
  private static final int ROUNDS = 16;
  private static final int MOST_RUNS = 1 << 14;

  /** A round of models. */
  private record Round(int models, double seconds) {}

  /**
   * Trains models of the study for some seconds, one round of a model a thread at least. With fewer
   * than three rounds in the later half of the time there is no interval: its ends are the mean.
   *
   * @param alpha of the subsets, which may differ from the study's
   * @param budget seconds, without those of preparation
   */
  public static Pilot measure(
      Study study, Split data, double alpha, Workers workers, double budget) {
    PoolSpec pool = PoolSpec.of(study.manifest()).alpha(alpha);
    RunRecipe recipe = new RunRecipe(study.manifest(), new RunPlan.PoolRuns(pool));
    int threads = workers.threads();
    List<Round> rounds = new ArrayList<>();
    try (Progress.Task task =
            workers.progress().start("trying alpha " + alpha, (long) budget, "seconds");
        Runner runner = new Runner(new Job(recipe, data, Workplace.of(study.folder())))) {
      int count = threads;
      long next = 0;
      for (double spent = 0; spent < budget || rounds.isEmpty(); ) {
        long start = System.nanoTime();
        long first = next;
        workers.parallel().forEach(count, i -> runner.run(first + i));
        double seconds = (System.nanoTime() - start) / 1e9;
        rounds.add(new Round(count, seconds));
        task.step((long) (spent + seconds) - (long) spent);
        next += count;
        spent += seconds;
        if (spent + seconds * threads / count > budget) {
          break; // even a round of one model a thread would take longer than there is
        }
        double fitting = budget / ROUNDS / seconds * count / threads;
        count = threads * (int) Math.clamp(fitting, 1, (double) MOST_RUNS / threads);
      }
      return of(alpha, threads, rounds, recipe.bytesPerRun(data.train().labels()));
    }
  }

  /** Leaves out the rounds in the first half of the time, and the first in any case. */
  private static Pilot of(double alpha, int threads, List<Round> rounds, long bytes) {
    double half = rounds.stream().mapToDouble(Round::seconds).sum() / 2;
    DescriptiveStatistics seconds = new DescriptiveStatistics();
    long models = 0;
    double spent = 0;
    for (int r = 0; r < rounds.size(); r++) {
      Round round = rounds.get(r);
      spent += round.seconds();
      boolean warm = r >= 1 || rounds.size() == 1; // the first round compiles
      if (warm && (spent > half || rounds.size() - r < LEAST_ROUNDS)) {
        seconds.addValue(round.seconds() * threads / round.models());
        models += round.models();
      }
    }
    if (seconds.getN() < 2) {
      double mean = seconds.getMean();
      return new Pilot(alpha, threads, models, mean, mean, mean, bytes);
    }
    double spread =
        new TDistribution(seconds.getN() - 1).inverseCumulativeProbability(0.975)
            * seconds.getStandardDeviation()
            / Math.sqrt(seconds.getN());
    double mean = seconds.getMean();
    return new Pilot(
        alpha, threads, models, mean, Math.max(0, mean - spread), mean + spread, bytes);
  }
}
