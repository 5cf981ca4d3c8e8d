package dev.whence.evaluate;

import dev.whence.design.Key;
import dev.whence.design.Purpose;
import dev.whence.linalg.Parallel;
import dev.whence.pool.Targets;
import dev.whence.regress.Datamodel;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Estimator;
import dev.whence.regress.FitOptions;
import dev.whence.regress.Folds;
import dev.whence.regress.PathOptions;
import dev.whence.regress.Problem;
import dev.whence.regress.RegularizationPath;
import dev.whence.regress.Runs;
import dev.whence.regress.Statistics;
import dev.whence.store.Json;
import dev.whence.store.Progress;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges a study's datamodels by runs that they were not fitted to, and writes {@code
 * evaluation.json}.
 */
public final class Evaluator {

  private static final int SAMPLED_TARGETS = 48;
  private static final int SMALLEST_SAMPLE = 100;
  private static final int PATH_TARGETS = 12;
  private static final int PATH_POINTS = 25;
  private static final double PATH_TOLERANCE = 1e-4;

  /** Gap of what is fitted only to be scored, relative to the variance of the outputs. */
  private static final double SAMPLE_TOLERANCE = 1e-6;

  private final Study study;
  private final Parallel parallel;
  private final FitOptions fit;
  private final DatamodelStore store;
  private final Targets targets;
  private final Runs runs;
  private final @Nullable Runs repeats;

  private Evaluator(Study study, Parallel parallel) throws IOException {
    this.study = study;
    this.parallel = parallel;
    store = DatamodelStore.finished(study);
    fit = Json.read(study.datamodels().resolve("fit.json"), FitOptions.class);
    targets = Targets.of(study);
    runs = Runs.read(RunStore.open(study.pool(), List.of(fit.output())), fit.output());
    repeats =
        RunStore.exists(study.repeats())
            ? Runs.read(RunStore.open(study.repeats(), List.of(fit.output())), fit.output())
            : null;
  }

  /** Evaluates {@code study}. */
  public static Evaluation run(Study study, Parallel parallel, Progress progress)
      throws IOException {
    Evaluator evaluator = new Evaluator(study, parallel);
    Evaluation evaluation = evaluator.evaluate(progress);
    Json.write(study.folder().resolve("evaluation.json"), evaluation);
    return evaluation;
  }

  /**
   * Returns predictions and mean outputs of all pairs of a target and a held-out subset it speaks
   * of.
   */
  public static double[][] pairs(Study study) throws IOException {
    try (Parallel one = new Parallel(1)) {
      Evaluator evaluator = new Evaluator(study, one);
      return evaluator.heldOut().pairs();
    }
  }

  private Evaluation evaluate(Progress progress) throws IOException {
    try (Progress.Task task = progress.start("evaluating", 6, "parts")) {
      HeldOut heldOut = heldOut();
      Scores scores = Scores.of(heldOut, study.manifest().seed(), parallel);
      task.step(1);
      List<Evaluation.SamplePoint> sample = sampleComplexity(heldOut, task);
      List<Evaluation.LambdaPoint> regularization = regularization();
      task.step(1);
      return new Evaluation(
          fit,
          new Evaluation.HeldOutRuns(
              heldOut.kind(), heldOut.subsets(), heldOut.times(), heldOut.targets()),
          scores,
          sample,
          regularization,
          sparsity(),
          Arrays.stream(store.doubles("gap")).filter(Double::isFinite).max().orElse(Double.NaN));
    }
  }

  /** Returns the runs of the repeats where there are some, else the validation runs. */
  private HeldOut heldOut() throws IOException {
    int times = study.manifest().repeats().times();
    int subsets = repeats == null ? 0 : repeats.count() / times;
    if (repeats == null || subsets < 2) {
      return validation();
    }
    double[] bias = store.doubles("bias");
    double[] predictions = new double[subsets * targets.count()];
    store.forEach(
        (t, row) ->
            parallel.forEach(
                subsets,
                r ->
                    predictions[r * targets.count() + t] =
                        repeats.predict(r * times, row, bias[t])));
    return heldOut("repeats", repeats, 0, subsets, times, predictions);
  }

  /**
   * The validation runs, predicted by the weights before the refit: they chose λ, one number a
   * target.
   */
  private HeldOut validation() throws IOException {
    int n = targets.count();
    int subsets = fit.validation();
    double[] predictions = new double[subsets * n];
    for (int t = 0; t < n; t++) {
      float[] ofTarget = store.heldOut(t);
      for (int r = 0; r < subsets; r++) {
        predictions[r * n + t] = ofTarget[r];
      }
    }
    return heldOut("validation", validationRuns(), 0, subsets, 1, predictions);
  }

  /** Returns the runs of the last fold, which no weight before the refit was fitted to. */
  private Runs validationRuns() {
    return runs.rows(fit.folds().validation(fit.runs()));
  }

  private HeldOut heldOut(
      String kind, Runs source, int first, int subsets, int times, double[] predictions) {
    int n = targets.count();
    boolean[] applies = new boolean[subsets * n];
    for (int r = 0; r < subsets; r++) {
      for (int t = 0; t < n; t++) {
        int unit = targets.units()[t];
        applies[r * n + t] =
            Double.isFinite(predictions[r * n + t])
                && (unit < 0 || !source.holds(first + r * times, unit));
      }
    }
    float[] outputs =
        Arrays.copyOfRange(source.outputs(), first * n, (first + subsets * times) * n);
    return new HeldOut(kind, subsets, times, n, outputs, predictions, applies);
  }

  /**
   * Refits a sample of targets to the first m/8, m/4, m/2 and m of the runs that the evaluation
   * leaves.
   */
  private List<Evaluation.SamplePoint> sampleComplexity(HeldOut heldOut, Progress.Task task) {
    int[] sample = sample(SAMPLED_TARGETS);
    int[] available = unseenBy(heldOut);
    Runs source = source(heldOut);
    List<Evaluation.SamplePoint> points = new ArrayList<>();
    for (int part = 8; part >= 1; part /= 2) {
      int[] models = Arrays.copyOf(available, available.length / part);
      if (sample.length > 0 && models.length >= SMALLEST_SAMPLE) {
        points.add(samplePoint(heldOut, source, sample, models));
      }
      task.step(1);
    }
    return points;
  }

  /** Returns the runs that may be fitted to when {@code heldOut} judges. */
  private int[] unseenBy(HeldOut heldOut) {
    return heldOut.kind().equals("repeats")
        ? IntStream.range(0, fit.runs()).toArray()
        : fit.folds().training(fit.runs());
  }

  private Evaluation.SamplePoint samplePoint(
      HeldOut heldOut, Runs source, int[] sample, int[] models) {
    Folds folds = new Folds(fit.folds().count(), false);
    Problem problem =
        Problem.of(
            statistics(some(models, folds.training(models.length)), sample),
            statistics(some(models, folds.validation(models.length)), sample));
    Estimator estimator =
        Estimator.create(Estimator.Kind.of(fit.estimator()), fit.path().atLeast(SAMPLE_TOLERANCE));
    List<Datamodel> fitted = estimator.fit(problem, parallel, Progress.NONE.start("", 0, ""));
    int subsets = heldOut.subsets();
    float[] outputs = new float[subsets * heldOut.times() * sample.length];
    double[] predictions = new double[subsets * sample.length];
    boolean[] applies = new boolean[predictions.length];
    Arrays.fill(applies, true);
    parallel.forEach(
        sample.length,
        i -> {
          Datamodel model = fitted.get(i);
          float[] weights = Datamodel.stored(model.weights());
          for (int r = 0; r < subsets; r++) {
            predictions[r * sample.length + i] =
                source.predict(r * heldOut.times(), weights, model.bias());
            for (int k = 0; k < heldOut.times(); k++) {
              int run = r * heldOut.times() + k;
              outputs[run * sample.length + i] = (float) heldOut.output(r, k, sample[i]);
            }
          }
        });
    Scores scores =
        Scores.of(
            new HeldOut(
                heldOut.kind(),
                subsets,
                heldOut.times(),
                sample.length,
                outputs,
                predictions,
                applies),
            study.manifest().seed(),
            parallel);
    return new Evaluation.SamplePoint(models.length, sample.length, scores.mse(), scores.lds());
  }

  private static int[] some(int[] runs, int[] at) {
    return IntStream.of(at).map(i -> runs[i]).toArray();
  }

  private Runs source(HeldOut heldOut) {
    return heldOut.kind().equals("repeats") ? Objects.requireNonNull(repeats) : validationRuns();
  }

  private Statistics statistics(int[] rows, int[] sample) {
    return Statistics.of(runs, rows, sample, parallel);
  }

  /** Returns a random sample of the targets that are not in S, in increasing order. */
  private int[] sample(int size) {
    int[] candidates =
        IntStream.range(0, targets.count()).filter(t -> targets.units()[t] < 0).toArray();
    Key key = new Key(study.manifest().seed(), Purpose.SAMPLE, size);
    Key.shuffle(candidates, candidates.length, key.random());
    return Arrays.stream(candidates).limit(size).sorted().toArray();
  }

  /** Follows the whole path of a few targets, overfitted end included. */
  private List<Evaluation.LambdaPoint> regularization() {
    int[] sample = sample(PATH_TARGETS);
    if (sample.length == 0) {
      return List.of();
    }
    Statistics train = statistics(fit.folds().training(fit.runs()), sample);
    Statistics validation = statistics(fit.folds().validation(fit.runs()), sample);
    PathOptions options = new PathOptions(PATH_POINTS, fit.path().eps(), PATH_TOLERANCE, 1, 0);
    List<RegularizationPath> paths =
        Estimator.create(Estimator.Kind.LASSO, options)
            .fit(Problem.of(train, validation), parallel, Progress.NONE.start("", 0, ""))
            .stream()
            .map(Datamodel::path)
            .toList();
    List<Evaluation.LambdaPoint> points = new ArrayList<>();
    for (int k = 0; k < PATH_POINTS; k++) {
      int at = k;
      points.add(
          new Evaluation.LambdaPoint(
              options.lambda(1, k),
              average(
                  sample, t -> paths.get(t).trainErrors()[at] / train.moments().get(t).variance()),
              average(
                  sample,
                  t ->
                      paths.get(t).validationErrors()[at] / validation.moments().get(t).variance()),
              average(sample, t -> paths.get(t).sizes()[at])));
    }
    return points;
  }

  private static double average(int[] sample, IntToDoubleFunction of) {
    return IntStream.range(0, sample.length)
        .mapToDouble(of)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  private Evaluation.Sparsity sparsity() throws IOException {
    int[] counts = new int[targets.count()];
    store.forEach(
        (t, row) -> {
          for (float weight : row) {
            counts[t] += weight != 0 ? 1 : 0;
          }
        });
    double[] sorted = Arrays.stream(counts).asDoubleStream().sorted().toArray();
    return new Evaluation.Sparsity(
        Interval.quantile(sorted, 0.1),
        Interval.quantile(sorted, 0.5),
        Interval.quantile(sorted, 0.9),
        counts);
  }
}
