package dev.whence.regress;

import dev.whence.data.BadInputException;
import java.util.Locale;

/**
 * Fits datamodels; a new kind of regression is one class here and one line in {@link #create}. Safe
 * for use by several threads.
 */
public sealed interface Estimator permits LassoEstimator, RidgeEstimator {

  /**
   * Fits target {@code t} of {@code problem}: path on the training runs, λ by the validation runs,
   * refit on all.
   */
  Datamodel fit(Problem problem, int t);

  /** The kinds of estimators, as they are named on the command line. */
  enum Kind {
    LASSO,
    RIDGE,
    OLS;

    /** Returns the kind with the given name. */
    public static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.label().equals(name)) {
          return kind;
        }
      }
      throw BadInputException.at("estimator", "lasso, ridge or ols", name);
    }

    /** Returns the name on the command line. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the estimator of a kind. */
  static Estimator create(Kind kind, PathOptions options) {
    return switch (kind) {
      case LASSO -> new LassoEstimator(options);
      case RIDGE -> RidgeEstimator.ridge(options);
      case OLS -> RidgeEstimator.ols();
    };
  }
}
