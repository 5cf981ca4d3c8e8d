package dev.whence.evaluate;

import static java.util.Objects.requireNonNull;

import dev.whence.base.Key;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.pool.Targets;
import dev.whence.regress.Datamodel;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.Estimator;
import dev.whence.regress.FitOptions;
import dev.whence.regress.Refit;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.RegularizationPath;
import dev.whence.regress.statistics.Folds;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Runs;
import dev.whence.regress.statistics.Statistics;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Error against the number of models and against λ, on a random sample of the targets outside S
 * (Ilyas et al. 2022, Figures 6 and E.2). Both studies count pairs of units anew. They are skipped
 * where that would take more than about half a minute, or half of the memory.
 */
final class DatamodelStudies {

  private static final int SAMPLED_TARGETS = 16;
  private static final int SMALLEST_SAMPLE = 100;
  private static final int PATH_TARGETS = 4;
  private static final int PATH_POINTS = 25;
  private static final double PATH_END = 0.01;
  private static final double PATH_TOLERANCE = 1e-4;
  private static final int SPLIT = 6;

  /** Largest number of pairs of units times runs; counting that many takes about half a minute. */
  private static final double MOST_WORK = 5e13;

  /**
   * Duality gap, relative to the variance of the outputs, at which a fit made only for scoring
   * stops.
   */
  private static final double TOLERANCE = 1e-4;

  /** Every fourth λ of the default path, with a larger gap along it: these fits are only scored. */
  private static final PathOptions COARSE = new PathOptions(50, 1e-4, 1e-3, TOLERANCE, 2);

  private final DatamodelStore store;
  private final FitOptions fit;
  private final Parallel parallel;
  private final int[] sample;
  private final @Nullable Runs runs;

  DatamodelStudies(
      Study study,
      DatamodelStore store,
      FitOptions fit,
      Targets targets,
      RunStore pool,
      Parallel parallel)
      throws IOException {
    this.store = store;
    this.fit = fit;
    this.parallel = parallel;
    int[] candidates =
        IntStream.range(0, targets.count()).filter(t -> targets.units()[t] < 0).toArray();
    Key key = new Key(study.manifest().seed(), Purpose.SAMPLE, SAMPLED_TARGETS);
    Key.shuffle(candidates, candidates.length, key.random());
    double pairs = (double) pool.units() * pool.units();
    boolean room = 6 * pairs < Runtime.getRuntime().maxMemory() / 2.0; // three matrices of 16 bits
    sample =
        pairs / 2 * fit.runs() > MOST_WORK || !room
            ? new int[0]
            : Arrays.stream(candidates).limit(SAMPLED_TARGETS).sorted().toArray();
    runs = sample.length == 0 ? null : Runs.read(pool, fit.output(), fit.runs(), sample);
  }

  /**
   * Fits datamodels to the first m/8, m/4, m/2 and m of the runs.
   *
   * @param repeats runs that judge; null where every sixth run of the pool judges
   */
  List<Evaluation.SamplePoint> sampleComplexity(@Nullable Judges repeats) throws IOException {
    List<Evaluation.SamplePoint> points = new ArrayList<>();
    if (runs == null || fit.prior() != null) {
      return points; // other fits would need the prior
    }
    int count = runs.count();
    int[] available =
        IntStream.range(0, count).filter(i -> repeats != null || i % SPLIT != 0).toArray();
    for (int part = 8; part >= 1; part /= 2) {
      int[] models = Arrays.copyOf(available, available.length / part);
      if (models.length >= SMALLEST_SAMPLE) {
        points.add(point(models, repeats));
      }
    }
    return points;
  }

  /**
   * Judges datamodels that are fitted to some runs of the pool.
   *
   * @param models indices of the runs in the pool
   * @param repeats runs that judge; null where every sixth run of the pool judges
   */
  private Evaluation.SamplePoint point(int[] models, @Nullable Judges repeats) throws IOException {
    if (repeats != null && models.length == fit.runs()) {
      return point(models.length, repeats.beside(stored(), sample));
    }
    int[] units = new int[sample.length];
    Arrays.fill(units, -1);
    Folds folds = new Folds(fit.folds().count(), false);
    Runs all = requireNonNull(runs);
    List<Datamodel> fitted =
        new Refit(all, units, fit.with(COARSE), TOLERANCE)
            .fit(folds.split(models), folds.crossValidate(), parallel);
    if (repeats == null) {
      int[] rows = IntStream.range(0, all.count()).filter(i -> i % SPLIT == 0).toArray();
      HeldOut heldOut = CrossFitting.heldOut(all, rows, units, fitted, parallel);
      return point(models.length, Agreement.ofFolds(List.of(heldOut), 1, parallel));
    }
    List<SparseDatamodel> sparse = fitted.stream().map(SparseDatamodel::of).toList();
    return point(models.length, repeats.beside(sparse, sample));
  }

  private Evaluation.SamplePoint point(int models, HeldOut heldOut) {
    return point(models, Agreement.withoutCeilings(heldOut, parallel));
  }

  private Evaluation.SamplePoint point(int models, Agreement scores) {
    Interval lds = scores.lds() == null ? new Interval(0, -1, 1) : scores.lds();
    return new Evaluation.SamplePoint(models, sample.length, requireNonNull(scores.mse()), lds);
  }

  /** Returns the study's own datamodels of the sampled targets, which are fitted to all runs. */
  private List<SparseDatamodel> stored() throws IOException {
    double[] bias = store.doubles("bias");
    List<SparseDatamodel> models = new ArrayList<>();
    for (int t : sample) {
      models.add(SparseDatamodel.of(store.row(t), bias[t]));
    }
    return models;
  }

  /**
   * Computes the errors of a few targets along the whole path, including the end where it overfits.
   */
  List<Evaluation.LambdaPoint> regularization() {
    if (runs == null) {
      return List.of();
    }
    int[] some = IntStream.range(0, Math.min(PATH_TARGETS, sample.length)).toArray();
    Statistics train = Statistics.of(runs, fit.folds().training(fit.runs()), some, parallel);
    Statistics validation = Statistics.of(runs, fit.folds().validation(fit.runs()), some, parallel);
    PathOptions options = new PathOptions(PATH_POINTS, PATH_END, PATH_TOLERANCE, 1, 0);
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
                  some, t -> paths.get(t).trainErrors()[at] / train.moments().get(t).variance()),
              average(
                  some,
                  t ->
                      paths.get(t).validationErrors()[at] / validation.moments().get(t).variance()),
              average(some, t -> paths.get(t).sizes()[at])));
    }
    return points;
  }

  private static double average(int[] sample, IntToDoubleFunction of) {
    return IntStream.of(sample)
        .mapToDouble(of)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
