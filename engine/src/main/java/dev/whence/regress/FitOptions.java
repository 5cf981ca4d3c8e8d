package dev.whence.regress;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.whence.base.BadInputException;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.statistics.Folds;

/**
 * What a fit is a pure function of, besides the runs: {@code fit.json}.
 *
 * @param estimator {@link Estimator.Kind}
 * @param output the output that datamodels predict
 * @param runs m: how many of the pool's runs are used, from the first
 * @param folds which of them choose λ
 */
@JsonIgnoreProperties("predictions") // of fits by earlier versions
public record FitOptions(String estimator, String output, int runs, Folds folds, PathOptions path) {

  public FitOptions {
    Estimator.Kind.of(estimator);
    if (folds == null || path == null) {
      throw BadInputException.at(
          "fit.json", "folds and a path", "a fit of an earlier version; delete datamodels/");
    }
    if (runs < folds.count()) {
      throw BadInputException.at("fit", "at least %d finished runs".formatted(folds.count()), runs);
    }
  }

  /** Returns these options with another path. */
  public FitOptions with(PathOptions other) {
    return new FitOptions(estimator, output, runs, folds, other);
  }

  /** Returns how many λ the path has: the length of the datamodels' λ axis. */
  int lambdas() {
    return Estimator.Kind.of(estimator).single() ? 1 : path.lambdas();
  }

  /** Returns the number of runs that choose λ. */
  public int validation() {
    return folds.crossValidate() ? runs : runs / folds.count();
  }
}
