package dev.whence.regress;

import dev.whence.data.BadInputException;

/**
 * What a fit is a pure function of, besides the runs: {@code fit.json}.
 *
 * @param estimator lasso, ridge or ols
 * @param output the output that datamodels predict
 * @param runs m: how many of the pool's runs are used, from the first
 * @param validation how many of them, the last, choose λ
 */
public record FitOptions(
    String estimator, String output, int runs, int validation, PathOptions path) {

  /** Fewest runs that leave two to train on and one to validate with. */
  public static final int FEWEST_RUNS = 3;

  public FitOptions {
    Estimator.Kind.of(estimator);
    if (runs < FEWEST_RUNS) {
      throw BadInputException.at("fit", "at least " + FEWEST_RUNS + " finished runs", runs);
    }
    if (validation < 1 || validation > runs - 2) {
      throw BadInputException.at(
          "validation",
          "at least 1 and at most %d of %d runs".formatted(runs - 2, runs),
          validation);
    }
  }

  /** Returns the number of validation runs where the user names none: a sixth, as in the paper. */
  public static int defaultValidation(int runs) {
    return Math.max(1, Math.round(runs / 6f));
  }
}
