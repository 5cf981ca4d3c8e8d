package dev.whence.regress;

import dev.whence.data.BadInputException;
import dev.whence.linalg.Parallel;
import dev.whence.store.Progress;
import java.util.List;
import java.util.Locale;

/**
 * Fits datamodels; a new kind of regression is one class here and one line in {@link #create}. Safe
 * for use by several threads.
 */
public sealed interface Estimator permits LassoEstimator, RidgeEstimator {

  /**
   * Fits the targets of {@code problem}: paths on the training runs, λ by the validation runs,
   * refit on all.
   *
   * @param task steps once a target
   */
  List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task);

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
      case LASSO -> LassoEstimator.lasso(options);
      case RIDGE -> RidgeEstimator.ridge(options);
      case OLS -> RidgeEstimator.ols();
    };
  }
}
