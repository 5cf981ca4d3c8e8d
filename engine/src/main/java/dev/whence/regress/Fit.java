package dev.whence.regress;

import dev.whence.linalg.Parallel;
import dev.whence.pool.Targets;
import dev.whence.store.Folders;
import dev.whence.store.Json;
import dev.whence.store.Progress;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits a datamodel to every target of a study, chunk after chunk of targets; a fit that was stopped
 * goes on where it was, one with other options or more runs begins anew.
 */
public final class Fit {

  private final Study study;
  private final FitOptions options;
  private final Runs runs;
  private final Targets targets;
  private final Estimator estimator;

  private Fit(Study study, FitOptions options, Runs runs) throws IOException {
    this.study = study;
    this.options = options;
    this.runs = runs;
    targets = Targets.of(study);
    estimator = Estimator.create(Estimator.Kind.of(options.estimator()), options.path());
  }

  /** Makes the options of a fit to all finished runs of {@code study}. */
  public interface Options {
    FitOptions of(int runs);
  }

  /** Fits the study's datamodels and returns what they were fitted with. */
  public static FitOptions run(
      Study study, String output, Options options, Parallel parallel, Progress progress)
      throws IOException {
    RunStore store = RunStore.open(study.pool(), List.of(output));
    FitOptions complete = options.of(store.doneRuns());
    Fit fit = new Fit(study, complete, Runs.read(store, output));
    fit.run(fit.store(), parallel, progress);
    return complete;
  }

  /**
   * Returns the store to go on with: the one there is where its options are these, else a new one.
   */
  private DatamodelStore store() throws IOException {
    Path folder = study.datamodels();
    Path file = folder.resolve("fit.json");
    if (Files.exists(file) && !Json.read(file, FitOptions.class).equals(options)) {
      Folders.delete(folder);
    }
    Json.write(file, options);
    Study.writeGroup(folder);
    return DatamodelStore.create(folder, runs.units(), runs.targets(), options);
  }

  private void run(DatamodelStore store, Parallel parallel, Progress progress) throws IOException {
    if (store.complete()) {
      return;
    }
    int[] shared = IntStream.range(0, runs.targets()).filter(t -> targets.units()[t] < 0).toArray();
    Problem problem = null;
    if (shared.length > 0) {
      try (Progress.Task task = progress.start("counting", 3, "passes")) {
        problem = problem(-1, shared, parallel, task);
      }
    }
    try (Progress.Task task = progress.start("fitting", runs.targets(), "targets")) {
      for (int c = 0; c < store.chunks(); c++) {
        int first = store.firstTarget(c);
        int count = store.targetsOf(c);
        if (!store.done(c)) {
          Datamodel[] models = new Datamodel[count];
          fitShared(problem, shared, first, models, parallel, task);
          fitInTrain(first, models, parallel, task);
          List<float[]> heldOut = new ArrayList<>();
          for (Datamodel model : models) {
            heldOut.add(heldOut(model));
          }
          store.write(c, Arrays.asList(models), heldOut);
        } else {
          task.step(count);
        }
      }
    }
  }

  /** Fits the targets of a chunk that are not in S: all of them share G. */
  private void fitShared(
      @org.jspecify.annotations.Nullable Problem problem,
      int[] shared,
      int first,
      Datamodel[] models,
      Parallel parallel,
      Progress.Task task) {
    if (problem != null) {
      parallel.forEach(
          models.length,
          i -> {
            int t = Arrays.binarySearch(shared, first + i);
            if (t >= 0) {
              models[i] = estimator.fit(problem, t);
              task.step(1);
            }
          });
    }
  }

  /**
   * Fits the targets of a chunk that are in S, each on the runs without it (Ilyas et al. 2022, eq.
   * 9).
   */
  private void fitInTrain(int first, Datamodel[] models, Parallel parallel, Progress.Task task) {
    for (int i = 0; i < models.length; i++) {
      int unit = targets.units()[first + i];
      if (unit >= 0) {
        models[i] = fitInTrain(first + i, unit, parallel);
        task.step(1);
      }
    }
  }

  private Datamodel fitInTrain(int target, int unit, Parallel parallel) {
    int split = options.runs() - options.validation();
    if (runs.without(unit, 0, split).length < 2
        || runs.without(unit, split, options.runs()).length < 1) {
      return Datamodel.unknown(runs.units(), options);
    }
    Estimator own = Estimator.create(Estimator.Kind.of(options.estimator()), options.path());
    Progress.Task silent = Progress.NONE.start("", 0, "");
    return own.fit(problem(unit, new int[] {target}, parallel, silent), 0);
  }

  private Problem problem(int unit, int[] of, Parallel parallel, Progress.Task task) {
    int split = options.runs() - options.validation();
    Statistics train = statistics(unit, 0, split, of, parallel, task);
    Statistics validation = statistics(unit, split, options.runs(), of, parallel, task);
    return new Problem(train, validation, statistics(unit, 0, options.runs(), of, parallel, task));
  }

  private Statistics statistics(
      int unit, int from, int to, int[] of, Parallel parallel, Progress.Task task) {
    Statistics statistics = DenseStatistics.of(runs, runs.without(unit, from, to), of, parallel);
    task.step(1);
    return statistics;
  }

  private float[] heldOut(Datamodel model) {
    int split = options.runs() - options.validation();
    float[] weights = Datamodel.stored(model.path().weights());
    float[] predictions = new float[options.validation()];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = (float) runs.predict(split + i, weights, model.path().bias());
    }
    return predictions;
  }
}
