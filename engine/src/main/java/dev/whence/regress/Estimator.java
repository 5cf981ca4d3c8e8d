package dev.whence.regress;

import dev.whence.base.BadInputException;
import dev.whence.base.Parallel;
import dev.whence.base.Progress;
import dev.whence.regress.solve.PathOptions;
import dev.whence.regress.solve.Penalty;
import dev.whence.regress.statistics.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A kind of regression, which fits datamodels. A new kind of regression is one class in this
 * package, one constant of {@link Kind} and one line in {@link #create}. Estimators are safe for
 * use by several threads.
 */
public sealed interface Estimator
    permits LassoEstimator, PostLasso, RidgeEstimator, DifferenceOfMeans, PriorLasso {

  /**
   * Returns a datamodel for each target of {@code problem}, in the order of targets: solves the
   * target's path on the training runs, chooses λ by the error on the validation runs, and refits
   * on all runs.
   *
   * @param task progress, of which each target is one step
   */
  List<Datamodel> fit(Problem problem, Parallel parallel, Progress.Task task);

  /**
   * Returns this estimator for targets with the given scores, in their order; estimators without a
   * prior stay as they are.
   *
   * @param scores [targets][d]
   */
  default Estimator about(List<float[]> scores) {
    return this;
  }

  /** The kinds of estimators. */
  enum Kind {
    LASSO,
    ELASTIC_NET,
    ADAPTIVE_LASSO,
    POST_LASSO,
    RIDGE,
    OLS,
    DIFFERENCE_OF_MEANS,
    PRIOR_LASSO;

    /** Returns the kind whose name on the command line is {@code name}; refuses an unknown name. */
    public static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.label().equals(name)) {
          return kind;
        }
      }
      throw BadInputException.unknown(
          "estimator", Arrays.stream(values()).map(Kind::label).toList(), name);
    }

    /** Returns the name of this kind on the command line, such as adaptive-lasso. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns whether an estimator of this kind has no λ to choose. */
    boolean single() {
      return this == OLS || this == DIFFERENCE_OF_MEANS;
    }
  }

  /**
   * Returns an estimator of a kind.
   *
   * @param options the λ of its path, and the tolerances; kinds without λ ignore them
   */
  static Estimator create(Kind kind, PathOptions options) {
    return switch (kind) {
      case LASSO -> LassoEstimator.lasso(options);
      case ELASTIC_NET -> {
        Penalty half = new Penalty(0.5, null);
        yield new LassoEstimator(options, (problem, t) -> half);
      }
      case ADAPTIVE_LASSO -> new LassoEstimator(options, Penalty::adaptive);
      case POST_LASSO -> new PostLasso(LassoEstimator.lasso(options));
      case RIDGE -> RidgeEstimator.ridge(options);
      case OLS -> RidgeEstimator.ols();
      case DIFFERENCE_OF_MEANS -> new DifferenceOfMeans();
      case PRIOR_LASSO -> new PriorLasso(options, List.of());
    };
  }
}
