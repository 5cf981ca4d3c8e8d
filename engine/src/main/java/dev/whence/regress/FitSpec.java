package dev.whence.regress;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a fit; {@link FitOptions} is what becomes of it for a pool of so many runs.
 *
 * @param name of the scores that the fit writes
 * @param pool name of the pool whose runs are fitted to
 * @param output name of the recorded output to predict; null for the study's first
 * @param models the fit uses the first so many finished runs; null for all
 * @param estimator label of an {@link Estimator.Kind}
 * @param folds K: every K-th run chooses λ
 * @param crossValidate whether each K-th of the runs chooses λ in turn; null for where one K-th
 *     alone would be too few runs
 * @param path the λ of the path, and the tolerances; null for what is usual for the estimator
 */
@Api
public record FitSpec(
    String name,
    String pool,
    @Nullable String output,
    @Nullable Integer models,
    String estimator,
    int folds,
    @Nullable Boolean crossValidate,
    @Nullable PathOptions path) {

  /** The LASSO on all runs of the study's pool, for the study's first output. */
  public static final FitSpec DEFAULT =
      new FitSpec(
          NamedScores.DATAMODELS,
          StudyPool.POOL,
          null,
          null,
          Estimator.Kind.LASSO.label(),
          Folds.DEFAULT.count(),
          null,
          null);

  /** Returns what asks for a fit with these options. */
  public static FitSpec of(FitOptions options) {
    return new FitSpec(
        NamedScores.DATAMODELS,
        options.pool(),
        options.output(),
        options.runs(),
        options.estimator(),
        options.folds().count(),
        options.folds().crossValidate(),
        options.path());
  }

  /**
   * Returns this fit with the name {@code other}: its datamodels stand beside those named
   * otherwise.
   */
  public FitSpec named(String other) {
    return new FitSpec(other, pool, output, models, estimator, folds, crossValidate, path);
  }

  /** Returns this fit of another pool's runs. */
  public FitSpec pool(String other) {
    return new FitSpec(name, other, output, models, estimator, folds, crossValidate, path);
  }

  /** Returns this fit of another output. */
  public FitSpec output(@Nullable String other) {
    return new FitSpec(name, pool, other, models, estimator, folds, crossValidate, path);
  }

  /** Returns this fit on the first {@code m} runs. */
  public FitSpec models(@Nullable Integer m) {
    return new FitSpec(name, pool, output, m, estimator, folds, crossValidate, path);
  }

  /** Returns this fit by another estimator. */
  public FitSpec estimator(String other) {
    return new FitSpec(name, pool, output, models, other, folds, crossValidate, path);
  }

  /** Returns this fit with other folds. */
  public FitSpec folds(int count, @Nullable Boolean each) {
    return new FitSpec(name, pool, output, models, estimator, count, each, path);
  }

  /** Returns this fit with other λ and tolerances. */
  public FitSpec path(PathOptions other) {
    return new FitSpec(name, pool, output, models, estimator, folds, crossValidate, other);
  }

  /**
   * Returns the options of the fit.
   *
   * @param finished number of the pool's finished runs
   */
  FitOptions options(Study study, int finished) {
    if (models != null && (models < 1 || models > finished)) {
      throw BadInputException.at(
          "--models", "1 to %,d, the finished runs".formatted(finished), models);
    }
    int runs = models == null ? finished : models;
    return new FitOptions(
        estimator,
        pool,
        study.manifest().output(output),
        runs,
        crossValidate == null
            ? Folds.forRuns(new Folds(folds, false), runs)
            : new Folds(folds, crossValidate),
        path == null ? PathOptions.usual(estimator) : path);
  }
}
