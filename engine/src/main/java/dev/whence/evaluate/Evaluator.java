package dev.whence.evaluate;

import static java.util.Objects.requireNonNull;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.pool.Targets;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.regress.statistics.Runs;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges a study's datamodels, and any other scores, by runs that were used neither to compute the
 * scores nor to choose anything about them.
 */
public final class Evaluator {

  private static final String FILE = "evaluation.json";
  private static final String PAIRS = "evaluation-pairs.json";
  private static final int MOST_PAIRS = 10_000;

  /** Largest number of judged targets outside S, where each judged target needs fits. */
  private static final int MOST_OUTSIDE = 1000;

  /** Largest number of judged targets in S, where each judged target needs fits. */
  private static final int MOST_INSIDE = 100;

  /** Largest number of judged targets in S where there are more than {@link #MANY_UNITS} units. */
  private static final int MOST_INSIDE_OF_MANY_UNITS = 16;

  private static final int MANY_UNITS = 4096;

  /** Fewest runs of a pool that judge its datamodels by cross-fitting. */
  private static final int FEWEST_RUNS = 12;

  private final Study study;
  private final Parallel parallel;
  private final Progress progress;
  private final NamedScores scores;
  private final FitOptions fit;
  private final Targets targets;
  private final StudyPool fitted;
  private final RunStore pool;

  private Evaluator(Study study, NamedScores scores, FitOptions fit, Workers workers)
      throws IOException {
    this.study = study;
    this.parallel = workers.parallel();
    this.progress = workers.progress();
    this.scores = scores;
    this.fit = fit;
    targets = Targets.of(study);
    fitted = study.pool(fit.pool());
    pool = RunStore.open(fitted.runs(), List.of(fit.output()));
    if (pool.doneRuns() < fit.runs()) {
      throw BadInputException.at(
          fitted.runs(), "the %,d runs of the fit".formatted(fit.runs()), pool.doneRuns());
    }
  }

  /** An evaluation, with pairs of predictions and outputs for the scatter plot. */
  public record Result(Evaluation evaluation, Evaluation.Pairs pairs) {

    /** Writes the evaluation and the pairs into a study. */
    public void write(Study study) throws IOException {
      Path file = study.folder().resolve(FILE);
      Path beside = study.folder().resolve(PAIRS);
      try (StudyLock _ = study.lock("evaluation", "whence evaluate", file, beside)) {
        Json.write(beside, pairs);
        Json.write(file, evaluation);
      }
    }

    /** Reads the evaluation and the pairs of a study; refuses an evaluation of an earlier fit. */
    public static Result read(Study study) throws IOException {
      Path file = study.folder().resolve(FILE);
      if (!Files.exists(file) || !Files.exists(study.folder().resolve(PAIRS))) {
        throw BadInputException.at(study.folder(), "an evaluation (whence evaluate)", "none");
      }
      Evaluation evaluation = Json.read(file, Evaluation.class);
      FitOptions now = Json.read(study.datamodels().resolve("fit.json"), FitOptions.class);
      if (!now.equals(evaluation.fit())) {
        throw BadInputException.at(
            file, "an evaluation of the fit there is (whence evaluate)", "one of an earlier fit");
      }
      return new Result(
          evaluation, Json.read(study.folder().resolve(PAIRS), Evaluation.Pairs.class));
    }
  }

  /** Evaluates the datamodels of {@code study}, without writing the result. */
  public static Result run(Study study, Workers workers) throws IOException {
    return run(study, NamedScores.DATAMODELS, workers);
  }

  /** Evaluates the fit called {@code name}, without writing the result. */
  static Result run(Study study, String name, Workers workers) throws IOException {
    NamedScores scores = NamedScores.open(study, name);
    DatamodelStore store = DatamodelStore.finished(NamedScores.folder(study, name));
    return new Evaluator(study, scores, requireNonNull(scores.fit()), workers).evaluate(store);
  }

  /** How well scores agree with the runs that judge them. */
  public record Judgement(Evaluation.HeldOutRuns runs, Agreement agreement) {

    private static final String JUDGED = "agreement.json";

    /** Writes the judgement beside the scores called {@code name}. */
    public void write(Study judgedStudy, String name) throws IOException {
      Path file = NamedScores.folder(judgedStudy, name).resolve(JUDGED);
      try (StudyLock _ = judgedStudy.lock(NamedScores.part(name), "whence evaluate", file)) {
        Json.write(file, this);
      }
    }

    /**
     * Reads the judgement of the scores called {@code name}; refuses scores that were never judged.
     */
    public static Judgement read(Study judgedStudy, String name) throws IOException {
      Path file = NamedScores.folder(judgedStudy, name).resolve(JUDGED);
      if (!Files.exists(file)) {
        throw BadInputException.at(
            judgedStudy.folder(),
            "judged scores (whence evaluate --scores %s)".formatted(name),
            "none");
      }
      return Json.read(file, Judgement.class);
    }
  }

  /** A judgement, with the predictions beside the outputs of the runs that judge. */
  private record Judged(Judgement judgement, HeldOut heldOut) {}

  /**
   * Judges scores by the repeats of the pool that they were fitted to, or else by cross-fitting.
   * The scores of another tool, which were computed without outputs of the runs, are judged by the
   * study's pool.
   */
  public static Judgement judge(Study study, NamedScores scores, Workers workers)
      throws IOException {
    FitOptions fit = scores.fit();
    return judge(study, scores, study.pool(fit == null ? StudyPool.POOL : fit.pool()), workers);
  }

  /** Judges scores by the runs of a pool: at the pool's own fraction of units. */
  public static Judgement judge(Study study, NamedScores scores, StudyPool judging, Workers workers)
      throws IOException {
    FitOptions fit = scores.fit();
    if (fit != null && fit.pool().equals(judging.name())) {
      return new Evaluator(study, scores, fit, workers)
          .judged(Judges.repeats(study, judging, fit.output()))
          .judgement();
    }
    Judges repeats = Judges.repeats(study, judging, scores.output());
    Judges judges = repeats == null ? Judges.pool(study, judging, scores.output()) : repeats;
    Evaluation.Kind kind = repeats == null ? Evaluation.Kind.POOL : Evaluation.Kind.REPEATS;
    return new Judgement(
        new Evaluation.HeldOutRuns(
            kind,
            judges.subsets(),
            judges.times(),
            judges.targets(),
            0,
            judges.accuracy(scores.output())),
        Agreement.of(scores.rows(), scores.bias(), judges, workers.parallel()));
  }

  private Result evaluate(DatamodelStore store) throws IOException {
    try (Progress.Task task = progress.start("evaluating", 1, "fit")) {
      Judges repeats = Judges.repeats(study, fitted, fit.output());
      Judged judged = judged(repeats);
      Judgement judgement = judged.judgement();
      DatamodelStudies studies = new DatamodelStudies(study, store, fit, targets, pool, parallel);
      Evaluation evaluation =
          new Evaluation(
              fit,
              judgement.runs(),
              judgement.agreement(),
              studies.sampleComplexity(repeats),
              studies.regularization(),
              sparsity(store),
              Arrays.stream(store.doubles("gap"))
                  .filter(Double::isFinite)
                  .max()
                  .orElse(Double.NaN));
      task.step(1);
      return new Result(evaluation, pairs(judged.heldOut()));
    }
  }

  private Judged judged(@Nullable Judges repeats) throws IOException {
    return repeats == null ? byPool() : byRepeats(repeats);
  }

  private Judged byRepeats(Judges repeats) throws IOException {
    SeenSubsets seen = SeenSubsets.of(repeats.runs(), repeats.times(), pool, fit.runs());
    HeldOut heldOut =
        seen.count() > 0
            ? repeats.beside(predictedWithout(seen, repeats))
            : repeats.beside(scores.rows(), scores.bias(), parallel);
    return new Judged(
        new Judgement(
            new Evaluation.HeldOutRuns(
                seen.count() > 0 ? Evaluation.Kind.REPEATS_LEFT_OUT : Evaluation.Kind.REPEATS,
                repeats.subsets(),
                repeats.times(),
                repeats.targets(),
                seen.count(),
                repeats.accuracy(fit.output())),
            Agreement.of(heldOut, parallel)),
        heldOut);
  }

  /**
   * Returns predictions by fits to the pool's runs on other subsets, [subsets, n]; NaN for targets
   * that are not judged.
   */
  private double[] predictedWithout(SeenSubsets seen, Judges repeats) throws IOException {
    int[] judged = judged();
    int n = targets.count();
    double[] predictions = new double[repeats.subsets() * n];
    Arrays.fill(predictions, Double.NaN);
    Runs runs = Runs.read(pool, fit.output(), Math.min(fit.runs(), CrossFitting.MOST), judged);
    seen.predict(
        repeats.runs(),
        repeats.times(),
        runs,
        unitsOf(judged),
        judged,
        fit,
        predictions,
        n,
        parallel);
    return predictions;
  }

  /**
   * Judges the fit by the pool's own runs, on a random sample of the targets where there are many.
   */
  private Judged byPool() throws IOException {
    int fewest = Math.max(FEWEST_RUNS, 2 * fit.folds().count());
    if (fit.runs() < fewest) {
      throw BadInputException.at(
          study.folder(),
          "at least %d runs to judge by, or repeats".formatted(fewest),
          "%d runs".formatted(fit.runs()));
    }
    int[] judged = judged();
    double gram = 2.0 * pool.units() * pool.units(); // bytes of the counts of one part
    boolean room = gram * (fit.folds().count() + 1) < Runtime.getRuntime().maxMemory() / 2.0;
    boolean single = fit.runs() > CrossFitting.MOST || !room;
    Runs runs = Runs.read(pool, fit.output(), fit.runs(), judged);
    CrossFitting fitted =
        CrossFitting.of(runs, unitsOf(judged), fit, single, room, parallel, progress);
    return new Judged(
        new Judgement(
            new Evaluation.HeldOutRuns(
                single ? Evaluation.Kind.SPLIT : Evaluation.Kind.CROSS_FITTING,
                fitted.runs(),
                1,
                judged.length,
                0,
                Accuracy.of(fit.output(), runs.outputs(), unitsOf(judged))),
            fitted.scores()),
        fitted.first());
  }

  private int[] unitsOf(int[] judged) {
    return IntStream.of(judged).map(t -> targets.units()[t]).toArray();
  }

  /** Returns the indices of the targets to judge where each needs a fit, in increasing order. */
  private int[] judged() {
    int inside = scores.rows().units() > MANY_UNITS ? MOST_INSIDE_OF_MANY_UNITS : MOST_INSIDE;
    int[] outside =
        IntStream.range(0, targets.count()).filter(t -> targets.units()[t] < 0).toArray();
    int[] within =
        IntStream.range(0, targets.count()).filter(t -> targets.units()[t] >= 0).toArray();
    return IntStream.concat(
            IntStream.of(some(outside, MOST_OUTSIDE)), IntStream.of(some(within, inside)))
        .sorted()
        .toArray();
  }

  private int[] some(int[] candidates, int most) {
    Key key = new Key(study.manifest().seed(), Purpose.SAMPLE, most);
    Key.shuffle(candidates, candidates.length, key.random());
    return Arrays.copyOf(candidates, Math.min(candidates.length, most));
  }

  /**
   * Returns a random sample of the (target, subset) pairs in which the target's datamodel applies
   * to the subset.
   */
  private Evaluation.Pairs pairs(HeldOut heldOut) {
    int[] at =
        IntStream.range(0, heldOut.applies().length).filter(i -> heldOut.applies()[i]).toArray();
    int[] chosen = some(at, MOST_PAIRS);
    Arrays.sort(chosen);
    int n = heldOut.targets();
    return new Evaluation.Pairs(
        IntStream.of(chosen).mapToDouble(i -> heldOut.predictions()[i]).toArray(),
        IntStream.of(chosen).mapToDouble(i -> heldOut.mean(i / n, i % n)).toArray());
  }

  private Evaluation.Sparsity sparsity(DatamodelStore store) throws IOException {
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
