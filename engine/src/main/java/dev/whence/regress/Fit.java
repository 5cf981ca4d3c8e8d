package dev.whence.regress;

import dev.whence.base.AtomicFile;
import dev.whence.base.Json;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.linalg.count.BitColumns;
import dev.whence.pool.Targets;
import dev.whence.regress.statistics.PoolReader;
import dev.whence.regress.statistics.PoolStatistics;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.SumsStore;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits a datamodel to every target of a study: sums over the runs first, which later runs are added
 * to, then the regressions, some targets at a time. A fit that was stopped goes on where it was,
 * one with other options or more runs solves anew from the sums.
 */
public final class Fit {

  /** Targets that are solved together, so that each panel of G is read once for all of them. */
  static final int BATCH = 224;

  /**
   * Units up to which the runs without a target's unit have their Gram matrix counted for it, which
   * then takes less than solving with that of all runs.
   */
  private static final int COUNTED_AGAIN = 4096;

  private final Study study;
  private final String name;
  private final FitOptions options;
  private final RunStore pool;
  private final Targets targets;
  private final Estimator estimator;

  private Fit(Study study, String name, FitOptions options, RunStore pool) throws IOException {
    this.study = study;
    this.name = name;
    this.options = options;
    this.pool = pool;
    targets = Targets.of(study);
    estimator = Estimator.create(Estimator.Kind.of(options.estimator()), options.path());
  }

  /** Makes the options of a fit, given how many runs of the study are finished. */
  public interface Options {
    FitOptions of(int runs);
  }

  /** Fits the study's datamodels and returns what they were fitted with. */
  public static FitOptions run(
      Study study, String output, Options options, Parallel parallel, Progress progress)
      throws IOException {
    return run(study, NamedScores.DATAMODELS, output, options, parallel, progress);
  }

  /**
   * Fits datamodels beside those that the study has.
   *
   * @param name of the scores that are fitted; those of the same name are replaced
   */
  public static FitOptions run(
      Study study,
      String name,
      String output,
      Options options,
      Parallel parallel,
      Progress progress)
      throws IOException {
    RunStore pool = RunStore.open(study.pool(), List.of(output));
    FitOptions complete = options.of(pool.doneRuns());
    Fit fit = new Fit(study, name, complete, pool);
    fit.run(fit.store(), parallel, progress);
    return complete;
  }

  /**
   * Returns the store to go on with: the one there is where its options are these, else a new one.
   */
  private DatamodelStore store() throws IOException {
    Path folder = NamedScores.make(study, name);
    Path file = folder.resolve("fit.json");
    if (Files.exists(file) && !Json.read(file, FitOptions.class).equals(options)) {
      AtomicFile.deleteFolder(folder);
    }
    Json.write(file, options);
    String scores = name.equals(NamedScores.DATAMODELS) ? "weights" : "scores";
    return DatamodelStore.create(folder, scores, pool.units(), targets.count(), options);
  }

  private void run(DatamodelStore store, Parallel parallel, Progress progress) throws IOException {
    if (store.complete()) {
      return;
    }
    PoolStatistics statistics =
        PoolStatistics.bring(
            NamedScores.statistics(study, name),
            new PoolReader(pool, options.folds(), options.runs(), progress),
            options.output(),
            targets.units(),
            parallel,
            progress);
    try (Progress.Task task = progress.start("fitting", targets.count(), "targets")) {
      int together = BATCH / SumsStore.CHUNK;
      for (int c = 0; c < store.chunks(); c += together) {
        int end = Math.min(c + together, store.chunks());
        fit(statistics, store, c, end, parallel, task);
      }
    }
  }

  /** Fits and writes chunks [from, end) of targets, where one of them is not done. */
  private void fit(
      PoolStatistics statistics,
      DatamodelStore store,
      int from,
      int end,
      Parallel parallel,
      Progress.Task task)
      throws IOException {
    int first = store.firstTarget(from);
    int count = store.firstTarget(end - 1) + store.targetsOf(end - 1) - first;
    boolean done = true;
    for (int c = from; c < end; c++) {
      done &= store.done(c);
    }
    if (done) {
      task.step(count);
      return;
    }
    Problem problem = statistics.problem(from, end, parallel);
    Datamodel[] models = new Datamodel[count];
    int[] shared = outside(first, count);
    List<Datamodel> fitted = estimator.fit(problem.forTargets(shared), parallel, task);
    for (int i = 0; i < shared.length; i++) {
      models[shared[i]] = fitted.get(i);
    }
    fitInTrain(statistics, problem, first, models, parallel, task);
    write(store, from, end, models);
  }

  /** Returns which of some targets are not in S: all of them share G. */
  private int[] outside(int first, int count) {
    return IntStream.range(0, count).filter(t -> targets.units()[first + t] < 0).toArray();
  }

  /** Fits the targets that are in S, each on the runs without it (Ilyas et al. 2022, eq. 9). */
  private void fitInTrain(
      PoolStatistics statistics,
      Problem problem,
      int first,
      Datamodel[] models,
      Parallel parallel,
      Progress.Task task)
      throws IOException {
    int[] inside = IntStream.range(0, models.length).filter(t -> models[t] == null).toArray();
    if (inside.length == 0) {
      return;
    }
    double tolerance = options.path().tolerance();
    if (estimator instanceof LassoEstimator lasso && problem.units() > COUNTED_AGAIN) {
      BitColumns[] masks = statistics.reader().masks(0);
      int[] known =
          IntStream.of(inside)
              .filter(t -> InTrain.known(masks, targets.units()[first + t]))
              .toArray();
      int[] units = IntStream.of(known).map(t -> targets.units()[first + t]).toArray();
      List<Datamodel> fitted =
          new InTrainLasso(problem.forTargets(known), units, masks, lasso, parallel)
              .fit(tolerance, task);
      for (int i = 0; i < known.length; i++) {
        if (fitted.get(i).gap() <= tolerance) {
          models[known[i]] = fitted.get(i);
        }
      }
    }
    for (int t : inside) {
      if (models[t] == null) {
        int unit = targets.units()[first + t];
        Problem own = problem.forTargets(new int[] {t});
        models[t] = InTrain.fit(statistics, own, unit, estimator, options, parallel);
        task.step(1);
      }
    }
  }

  private static void write(DatamodelStore store, int from, int end, Datamodel[] models)
      throws IOException {
    int first = store.firstTarget(from);
    for (int c = from; c < end; c++) {
      int at = store.firstTarget(c) - first;
      store.write(c, Arrays.asList(models).subList(at, at + store.targetsOf(c)));
    }
  }
}
