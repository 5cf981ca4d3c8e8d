package dev.whence.counterfactual;

import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Predicts by datamodels what taking units out of S does to outputs. */
final class ChangePredictor {

  private final NamedScores datamodels;
  private final double[] bias;
  private final PredictionErrors errors;
  private final WeightProfile profile;
  private final @Nullable Correction correction;

  /**
   * @param datamodels a fit of the study
   * @param correction null for the sums of weights as they are
   */
  ChangePredictor(Study study, NamedScores datamodels, @Nullable Correction correction)
      throws IOException {
    this.datamodels = datamodels;
    this.correction = correction;
    bias = Objects.requireNonNull(datamodels.bias());
    errors = PredictionErrors.of(study, datamodels);
    profile = WeightProfile.of(datamodels, study.manifest().seed());
  }

  /** Returns whether there is a correction. */
  boolean isCorrected() {
    return correction != null;
  }

  /** Returns what the target's datamodel says of taking units out. */
  Effect effect(int target, int[] removed) throws IOException {
    return profile.effect(datamodels.rows().row(target), removed);
  }

  /**
   * Returns the predicted change of a target's output when units are taken out of S.
   *
   * @param before the output before; null where it is not known
   */
  Prediction change(int target, int[] removed, @Nullable Double before) throws IOException {
    Effect effect = effect(target, removed);
    double variance = unitVariance(target);
    return correction == null || before == null
        ? Correction.none().change(effect, 0, variance)
        : correction.change(effect, before, variance);
  }

  /**
   * Returns the predicted change of the mean output over random subsets, which hold the fraction α
   * of the units that are taken out.
   */
  Prediction changeOfSubsets(int target, int[] removed) throws IOException {
    Effect effect = effect(target, removed);
    return Correction.none().change(effect, 0, unitVariance(target)).times(errors.alpha());
  }

  /** Returns the predicted output of models of the whole of S. */
  Prediction whole(int target) throws IOException {
    double sum = bias[target];
    for (float w : datamodels.rows().row(target)) {
      sum += w;
    }
    int units = datamodels.rows().units();
    return new Prediction(sum, (1 - errors.alpha()) * Math.sqrt(units * unitVariance(target)));
  }

  /** Returns the variance of a prediction's error for each unit that is taken out. */
  double unitVariance(int target) throws IOException {
    return errors.unitVariance(target);
  }
}
