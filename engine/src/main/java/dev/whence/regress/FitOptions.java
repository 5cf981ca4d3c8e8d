package dev.whence.regress;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;
import dev.whence.store.StudyPool;
import org.jspecify.annotations.Nullable;

/**
 * The options of a fit, stored in {@code fit.json}. The runs and these options determine the
 * result.
 *
 * @param estimator label of an {@link Estimator.Kind}
 * @param named name of the pool whose runs are fitted to; null for the study's own pool, as in
 *     files of versions that knew no other
 * @param output name of the recorded output that datamodels predict
 * @param runs m: the fit uses the pool's runs [0, m)
 * @param folds the rule by which some of these runs choose λ
 * @param path the λ of the path, and the tolerances
 * @param prior name of the scores that a prior-lasso begins from; null for other estimators
 */
@JsonIgnoreProperties("predictions") // earlier versions wrote "predictions", now ignored
@Api
public record FitOptions(
    String estimator,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("pool") @Nullable String named,
    String output,
    int runs,
    Folds folds,
    PathOptions path,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String prior) {

  /** Makes the options of a fit to the runs of the study's own pool. */
  public FitOptions(String estimator, String output, int runs, Folds folds, PathOptions path) {
    this(estimator, StudyPool.POOL, output, runs, folds, path, null);
  }

  @JsonCreator
  public FitOptions {
    if ((Estimator.Kind.of(estimator) == Estimator.Kind.PRIOR_LASSO) != (prior != null)) {
      throw BadInputException.at(
          "--prior",
          "scores to begin from, with --estimator prior-lasso and no other",
          prior == null ? "none" : prior + " with " + estimator);
    }
    named = StudyPool.POOL.equals(named) ? null : named;
    if (folds == null || path == null) {
      throw BadInputException.at(
          "fit.json", "folds and a path", "a fit of an earlier version; delete datamodels/");
    }
    if (runs < folds.count()) {
      throw BadInputException.at("fit", "at least %d finished runs".formatted(folds.count()), runs);
    }
  }

  /** Returns the name of the pool whose runs are fitted to. */
  public String pool() {
    return named == null ? StudyPool.POOL : named;
  }

  /** Returns these options with the path {@code other} instead: other λ and tolerances. */
  public FitOptions with(PathOptions other) {
    return new FitOptions(estimator, named, output, runs, folds, other, prior);
  }

  /**
   * Returns the number of λ of a path, 1 for an estimator without λ: the length of the second axis
   * of the arrays path_gap, train_error and validation_error, [n, λ].
   */
  int lambdas() {
    return Estimator.Kind.of(estimator).single() ? 1 : path.lambdas();
  }

  /**
   * Returns the number of runs that validate and so choose λ: all with cross-validation, else those
   * of the last fold.
   */
  public int validation() {
    return folds.crossValidate() ? runs : runs / folds.count();
  }
}
