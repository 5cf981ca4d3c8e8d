package dev.whence.regress;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import dev.whence.design.Mask;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Objects;

/**
 * The fitted datamodels of a study: for each target a bias and a weight for each unit of S. The
 * bias plus the weights of the units in a subset predict the output of models trained on the subset
 * (Ilyas et al. 2022, eq. 5).
 */
@Api
public final class Datamodels {

  private final Study study;
  private final NamedScores scores;
  private final FitOptions options;
  private final double[] bias;

  private Datamodels(Study study, NamedScores scores) {
    this.study = study;
    this.scores = scores;
    options = Objects.requireNonNull(scores.fit());
    bias = Objects.requireNonNull(scores.bias());
  }

  /**
   * Fits a datamodel to every target of a study, unless the same fit has been made already, and
   * opens the datamodels.
   *
   * @param spec the request for the fit
   * @param workers threads and progress
   */
  public static Datamodels fit(Study study, FitSpec spec, Workers workers) throws IOException {
    Fit.run(study, spec, workers);
    return open(study, spec.name());
  }

  /**
   * Opens the datamodels of a finished fit.
   *
   * @param name name of the fit
   */
  public static Datamodels open(Study study, String name) throws IOException {
    return new Datamodels(study, NamedScores.open(study, name));
  }

  /** Returns the study whose targets the datamodels are for. */
  public Study study() {
    return study;
  }

  /** Returns the name of the fit. */
  public String name() {
    return scores.name();
  }

  /** Returns the options of the fit that made the datamodels. */
  public FitOptions options() {
    return options;
  }

  /** Returns the number of targets, n. */
  public int targets() {
    return scores.rows().targets();
  }

  /** Returns the number of units, d. */
  public int units() {
    return scores.rows().units();
  }

  private void requireTarget(int target) {
    if (target < 0 || target >= targets()) {
      throw BadInputException.at("target", "0 … %,d".formatted(targets() - 1), target);
    }
  }

  /**
   * Returns the weights of target {@code target}, one for each unit, [d], in units of the output.
   */
  public float[] weights(int target) throws IOException {
    requireTarget(target);
    return scores.rows().row(target);
  }

  /**
   * Returns the bias of target {@code target}, in units of the output; NaN for a target in S whose
   * unit too few runs lack.
   */
  public double bias(int target) {
    requireTarget(target);
    return bias[target];
  }

  /**
   * Returns the output of target {@code target} that its datamodel predicts for models trained on
   * {@code subset}.
   */
  public double predict(int target, Mask subset) throws IOException {
    if (subset.units() != units()) {
      throw BadInputException.at("subset", units() + " units", subset.units());
    }
    float[] weights = weights(target);
    double sum = bias[target];
    for (int j : subset.members()) {
      sum += weights[j];
    }
    return sum;
  }
}
