package dev.whence.regress;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import org.jspecify.annotations.Nullable;

/**
 * The request for a fit, as a user makes it; {@link FitOptions} is the request with every choice
 * filled in for a pool with a known number of finished runs.
 *
 * @param name name of the scores that the fit writes
 * @param pool name of the pool whose runs are fitted to
 * @param output name of the recorded output to predict; null for the study's first
 * @param models m: the fit uses the first m finished runs of the pool; null for all
 * @param estimator label of an {@link Estimator.Kind}
 * @param folds K: every K-th run chooses λ
 * @param crossValidate whether each of the K folds of the runs chooses λ in turn; null to do so
 *     only where the runs of one fold would be too few
 * @param path the λ of the path, and the tolerances; null for the estimator's default
 * @param prior name of the scores that the estimator prior-lasso begins from; null for the others
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
    @Nullable PathOptions path,
    @Nullable String prior) {

  /**
   * The default fit: the LASSO on all runs of the study's own pool, for the study's first output.
   */
  public static final FitSpec DEFAULT =
      new FitSpec(
          NamedScores.DATAMODELS,
          StudyPool.POOL,
          null,
          null,
          Estimator.Kind.LASSO.label(),
          Folds.DEFAULT.count(),
          null,
          null,
          null);

  /** Returns a request for a fit called datamodels with these options. */
  public static FitSpec of(FitOptions options) {
    return new FitSpec(
        NamedScores.DATAMODELS,
        options.pool(),
        options.output(),
        options.runs(),
        options.estimator(),
        options.folds().count(),
        options.folds().crossValidate(),
        options.path(),
        options.prior());
  }

  /**
   * Returns this request with the name {@code other} for the datamodels, which then stand beside
   * those of other names.
   */
  public FitSpec named(String other) {
    return new FitSpec(other, pool, output, models, estimator, folds, crossValidate, path, prior);
  }

  /** Returns this request for the runs of the pool called {@code other}. */
  public FitSpec pool(String other) {
    return new FitSpec(name, other, output, models, estimator, folds, crossValidate, path, prior);
  }

  /** Returns this request for the recorded output {@code other}; null for the study's first. */
  public FitSpec output(@Nullable String other) {
    return new FitSpec(name, pool, other, models, estimator, folds, crossValidate, path, prior);
  }

  /** Returns this request for the first {@code m} finished runs of the pool; null for all. */
  public FitSpec models(@Nullable Integer m) {
    return new FitSpec(name, pool, output, m, estimator, folds, crossValidate, path, prior);
  }

  /** Returns this request for the estimator with the label {@code other}. */
  public FitSpec estimator(String other) {
    return new FitSpec(name, pool, output, models, other, folds, crossValidate, path, prior);
  }

  /**
   * Returns this request with other folds.
   *
   * @param count K: every K-th run chooses λ
   * @param each whether each of the K folds chooses λ in turn; null to do so only where the runs of
   *     one fold would be too few
   */
  public FitSpec folds(int count, @Nullable Boolean each) {
    return new FitSpec(name, pool, output, models, estimator, count, each, path, prior);
  }

  /** Returns this request with other λ and tolerances. */
  public FitSpec path(PathOptions other) {
    return new FitSpec(name, pool, output, models, estimator, folds, crossValidate, other, prior);
  }

  /** Returns this request for the estimator prior-lasso, which begins from these scores. */
  public FitSpec prior(@Nullable String scores) {
    return new FitSpec(
        name,
        pool,
        output,
        models,
        scores == null ? estimator : Estimator.Kind.PRIOR_LASSO.label(),
        folds,
        crossValidate,
        path,
        scores);
  }

  /**
   * Returns the options of the fit: this request with every choice filled in.
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
        path == null ? PathOptions.usual(estimator) : path,
        prior);
  }
}
