package dev.whence.evaluate;

import dev.whence.data.BadInputException;
import dev.whence.design.Key;
import dev.whence.design.Purpose;
import dev.whence.linalg.Parallel;
import dev.whence.pool.Targets;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.FitOptions;
import dev.whence.regress.Runs;
import dev.whence.store.Json;
import dev.whence.store.Progress;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Judges a study's datamodels by runs that neither fitted nor chose anything of them. */
public final class Evaluator {

  private static final String FILE = "evaluation.json";
  private static final String PAIRS = "evaluation-pairs.json";
  private static final int MOST_PAIRS = 10_000;

  /** Targets that are judged where judging means fitting: outside of S, and in it. */
  private static final int MOST_OUTSIDE = 1000;

  private static final int MOST_INSIDE = 100;
  private static final int MOST_INSIDE_OF_MANY_UNITS = 16;
  private static final int MANY_UNITS = 4096;

  /** Runs of a pool below which folds of it say nothing. */
  private static final int FEWEST_RUNS = 12;

  private final Study study;
  private final Parallel parallel;
  private final Progress progress;
  private final FitOptions fit;
  private final DatamodelStore store;
  private final Targets targets;
  private final RunStore pool;

  private Evaluator(Study study, Parallel parallel, Progress progress) throws IOException {
    this.study = study;
    this.parallel = parallel;
    this.progress = progress;
    store = DatamodelStore.finished(study);
    fit = Json.read(study.datamodels().resolve("fit.json"), FitOptions.class);
    targets = Targets.of(study);
    pool = RunStore.open(study.pool(), List.of(fit.output()));
    if (pool.doneRuns() < fit.runs()) {
      throw BadInputException.at(
          study.pool(), "the %,d runs of the fit".formatted(fit.runs()), pool.doneRuns());
    }
  }

  /** An evaluation, with pairs for a picture. */
  public record Result(Evaluation evaluation, Evaluation.Pairs pairs) {

    /** Writes both into a study. */
    public void write(Path folder) throws IOException {
      Json.write(folder.resolve(PAIRS), pairs);
      Json.write(folder.resolve(FILE), evaluation);
    }

    /** Reads those of a study, which must be of the fit that it has. */
    public static Result read(Study study) throws IOException {
      Path file = study.folder().resolve(FILE);
      if (!java.nio.file.Files.exists(file)
          || !java.nio.file.Files.exists(study.folder().resolve(PAIRS))) {
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

  /** Evaluates {@code study}, without writing. */
  public static Result run(Study study, Parallel parallel, Progress progress) throws IOException {
    return new Evaluator(study, parallel, progress).evaluate();
  }

  /** What judged. */
  private record Judgement(
      Evaluation.HeldOutRuns runs, Scores scores, Evaluation.Pairs pairs, int withoutWeights) {}

  private Result evaluate() throws IOException {
    int times = study.manifest().repeats().times();
    RunStore stored =
        RunStore.exists(study.repeats())
            ? RunStore.open(study.repeats(), List.of(fit.output()))
            : null;
    int subsets = stored == null ? 0 : stored.doneRuns() / times;
    RunStore repeats = subsets < TargetScores.FEWEST ? null : stored;
    try (Progress.Task task = progress.start("evaluating", 1, "fit")) {
      Judgement judgement =
          repeats == null
              ? byPool()
              : byRepeats(
                  Runs.read(repeats, fit.output(), subsets * times, all(targets.count())), times);
      DatamodelStudies studies = new DatamodelStudies(study, fit, targets, pool, parallel);
      Evaluation evaluation =
          new Evaluation(
              fit,
              judgement.runs(),
              judgement.scores(),
              studies.sampleComplexity(repeats, times),
              studies.regularization(),
              sparsity(),
              Arrays.stream(store.doubles("gap"))
                  .filter(Double::isFinite)
                  .max()
                  .orElse(Double.NaN));
      task.step(1);
      return new Result(evaluation, judgement.pairs());
    }
  }

  private static int[] all(int n) {
    return IntStream.range(0, n).toArray();
  }

  private Judgement byRepeats(Runs repeats, int times) throws IOException {
    int n = targets.count();
    int subsets = repeats.count() / times;
    SeenSubsets seen = SeenSubsets.of(repeats, times, pool, fit.runs());
    double[] predictions;
    if (seen.count() > 0) {
      int[] judged = judged();
      predictions = new double[subsets * n];
      Arrays.fill(predictions, Double.NaN);
      Runs runs = Runs.read(pool, fit.output(), Math.min(fit.runs(), CrossFitting.MOST), judged);
      seen.predict(repeats, times, runs, unitsOf(judged), judged, fit, predictions, n, parallel);
    } else {
      predictions = new double[subsets * n];
      double[] bias = store.doubles("bias");
      store.forEach(
          (t, row) -> {
            SparseDatamodel model = SparseDatamodel.of(row, bias[t]);
            parallel.forEach(
                subsets, r -> predictions[r * n + t] = model.predict(repeats, r * times));
          });
    }
    boolean[] applies = new boolean[subsets * n];
    for (int r = 0; r < subsets; r++) {
      for (int t = 0; t < n; t++) {
        int unit = targets.units()[t];
        applies[r * n + t] =
            Double.isFinite(predictions[r * n + t])
                && (unit < 0 || !repeats.holds(r * times, unit));
      }
    }
    HeldOut heldOut = new HeldOut(subsets, times, n, repeats.outputs(), predictions, applies);
    return new Judgement(
        new Evaluation.HeldOutRuns(
            seen.count() > 0 ? Evaluation.Kind.REPEATS_LEFT_OUT : Evaluation.Kind.REPEATS,
            subsets,
            times,
            n,
            seen.count()),
        Scores.of(heldOut, parallel),
        pairs(heldOut),
        0);
  }

  /** Judges by the pool's own runs: of a random sample of targets, where there are very many. */
  private Judgement byPool() throws IOException {
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
    return new Judgement(
        new Evaluation.HeldOutRuns(
            single ? Evaluation.Kind.SPLIT : Evaluation.Kind.CROSS_FITTING,
            fitted.runs(),
            1,
            judged.length,
            0),
        fitted.scores(),
        pairs(fitted.first()),
        fitted.withoutWeights());
  }

  private int[] unitsOf(int[] judged) {
    return IntStream.of(judged).map(t -> targets.units()[t]).toArray();
  }

  /** Returns the targets to judge where each costs a fit, in increasing order. */
  private int[] judged() {
    int inside = store.units() > MANY_UNITS ? MOST_INSIDE_OF_MANY_UNITS : MOST_INSIDE;
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

  /** Returns a random sample of pairs (target, subset) that apply. */
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
