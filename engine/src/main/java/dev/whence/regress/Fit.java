package dev.whence.regress;

import dev.whence.base.AtomicFile;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.linalg.count.BitColumns;
import dev.whence.pool.Targets;
import dev.whence.regress.statistics.PoolReader;
import dev.whence.regress.statistics.PoolStatistics;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.SumsStore;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits a datamodel to every target of a study. First the sums over the pool's runs are brought up
 * to date; then the regressions are solved, {@value #BATCH} targets at a time. A stopped fit
 * resumes at the first batch of targets that is not done; a fit with other options or more runs
 * solves every target again, from the sums, to which only the new runs are added.
 */
public final class Fit {

  /**
   * Number of targets that are solved together, so that each panel of G is read once for all of
   * them.
   */
  static final int BATCH = 224;

  /**
   * Largest number of units at which a LASSO of a target in S gets its own Gram matrix, counted
   * over the runs without the target's unit; up to this number counting takes less time than
   * solving with the Gram matrix of all runs.
   */
  private static final int COUNTED_AGAIN = 4096;

  private final Study study;
  private final String name;
  private final FitOptions options;
  private final RunStore pool;
  private final Targets targets;
  private final Estimator estimator;
  private final @Nullable NamedScores prior;

  private Fit(Study study, String name, FitOptions options, RunStore pool) throws IOException {
    this.study = study;
    this.name = name;
    this.options = options;
    this.pool = pool;
    targets = Targets.of(study);
    estimator = Estimator.create(Estimator.Kind.of(options.estimator()), options.path());
    String from = options.prior();
    if (name.equals(from)) {
      throw BadInputException.at("--prior", "other scores than the fit's own", from);
    }
    prior = from == null ? null : NamedScores.open(study, from);
  }

  /**
   * Fits a datamodel to every target and writes the datamodels to the study. Returns the fit's
   * options: {@code spec} with the number of runs, the folds and the path filled in. The fit reads
   * the runs finished at its start; the pool may go on training.
   *
   * @param spec the request for the fit. Datamodels of the same name are replaced where their
   *     options differ; where the options are the same, the fit goes on with the targets that are
   *     missing
   * @param workers threads and progress
   */
  public static FitOptions run(Study study, FitSpec spec, Workers workers) throws IOException {
    StudyPool pool = study.pool(spec.pool());
    if (!pool.exists()) {
      throw BadInputException.at(study.folder(), "a pool of runs (whence train)", "none");
    }
    RunStore runs = RunStore.open(pool.runs(), List.of(study.manifest().output(spec.output())));
    try (StudyLock _ =
        study.lock(
            NamedScores.part(spec.name()),
            "whence fit",
            NamedScores.folder(study, spec.name()),
            NamedScores.statistics(study, spec.name(), spec.pool()))) {
      FitOptions complete = spec.options(study, runs.doneRuns());
      Fit fit = new Fit(study, spec.name(), complete, runs);
      fit.run(fit.store(), workers.parallel(), workers.progress());
      return complete;
    }
  }

  /**
   * Returns the store to write datamodels to: the one on disk if its options equal this fit's
   * options; otherwise deletes it and returns a new one.
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
        PoolStatistics.update(
            NamedScores.statistics(study, name, options.pool()),
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

  /**
   * Fits the targets of chunks [from, end) of {@code store} and writes their datamodels, unless all
   * of these chunks are done.
   */
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
    List<Datamodel> fitted = about(first, shared).fit(problem.forTargets(shared), parallel, task);
    for (int i = 0; i < shared.length; i++) {
      models[shared[i]] = fitted.get(i);
    }
    fitInTrain(statistics, problem, first, models, parallel, task);
    write(store, from, end, models);
  }

  /**
   * Returns those of the targets first … first + count − 1 that are not in S, as distances from
   * {@code first}; these targets share G.
   */
  private int[] outside(int first, int count) {
    return IntStream.range(0, count).filter(t -> targets.units()[first + t] < 0).toArray();
  }

  /**
   * Fits those targets of a batch that are in S, each on the runs that lack the target's unit
   * (Ilyas et al. 2022, eq. 9).
   *
   * @param problem statistics of the batch's targets
   * @param first index of the batch's first target
   * @param models datamodel of each target of the batch; null for targets in S, whose datamodels
   *     this method fills in
   */
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
        if (fitted.get(i).relativeGap() <= tolerance) {
          models[known[i]] = fitted.get(i);
        }
      }
    }
    for (int t : inside) {
      if (models[t] == null) {
        int unit = targets.units()[first + t];
        Problem own = problem.forTargets(new int[] {t});
        Estimator about = about(first, new int[] {t});
        models[t] = InTrain.fit(statistics, own, unit, about, options, parallel);
        task.step(1);
      }
    }
  }

  /** Returns the estimator for targets first + i, i in {@code targets}: with their priors. */
  private Estimator about(int first, int[] which) throws IOException {
    if (prior == null) {
      return estimator;
    }
    List<float[]> scores = new ArrayList<>();
    for (int i : which) {
      scores.add(prior.rows().row(first + i));
    }
    return estimator.about(scores);
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
