package dev.whence.counterfactual;

import dev.whence.evaluate.Judges;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Predicts by datamodels what taking units out of S does to outputs. */
final class ChangePredictor {

  private final Study study;
  private final NamedScores datamodels;
  private final FitOptions fit;
  private final double[] bias;
  private final double alpha;
  private final @Nullable Judges judges;
  private final @Nullable Correction correction;
  private final Map<Integer, Double> unitVariances = new HashMap<>();
  private double @Nullable [] validation;

  /**
   * @param datamodels a fit of the study
   * @param correction null for the sums of weights as they are
   */
  ChangePredictor(Study study, NamedScores datamodels, @Nullable Correction correction)
      throws IOException {
    this.study = study;
    this.datamodels = datamodels;
    this.correction = correction;
    fit = Objects.requireNonNull(datamodels.fit());
    bias = Objects.requireNonNull(datamodels.bias());
    StudyPool pool = study.pool(fit.pool());
    alpha = pool.spec() == null ? 0.5 : pool.spec().design().alpha();
    judges = Judges.repeats(study, pool, datamodels.output());
  }

  /** Returns whether there is a correction. */
  boolean isCorrected() {
    return correction != null;
  }

  /** Returns what the target's datamodel says of taking units out. */
  Effect effect(int target, int[] removed) throws IOException {
    return Effect.of(datamodels.rows().row(target), removed);
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
        ? new Prediction(effect.change(), Math.sqrt(effect.units() * variance))
        : correction.change(effect, before, variance);
  }

  /**
   * Returns the predicted change of the mean output over random subsets, which hold the fraction α
   * of the units that are taken out.
   */
  Prediction changeOfSubsets(int target, int[] removed) throws IOException {
    Effect effect = effect(target, removed);
    return new Prediction(effect.change(), Math.sqrt(effect.units() * unitVariance(target)))
        .times(alpha);
  }

  /** Returns the predicted output of models of the whole of S. */
  Prediction whole(int target) throws IOException {
    double sum = bias[target];
    for (float w : datamodels.rows().row(target)) {
      sum += w;
    }
    int units = datamodels.rows().units();
    return new Prediction(sum, (1 - alpha) * Math.sqrt(units * unitVariance(target)));
  }

  /**
   * Returns the variance of the error of predictions for each unit that a subset differs from
   * others by: what remains of the squared error on held-out subsets without the noise of training,
   * over the variance d·α(1 − α) of the number of units. It has the error of the weights in it and
   * what linearity leaves out. Without held-out subsets it is the validation error, noise included.
   */
  double unitVariance(int target) throws IOException {
    Double known = unitVariances.get(target);
    if (known == null) {
      int units = datamodels.rows().units();
      known = squaredError(target) / (units * alpha * (1 - alpha));
      unitVariances.put(target, known);
    }
    return known;
  }

  private double squaredError(int target) throws IOException {
    Judges held = judges;
    if (held == null) {
      return validationError(target);
    }
    float[] weights = datamodels.rows().row(target);
    int own = held.units()[target];
    int times = held.times();
    double sum = 0;
    int subsets = 0;
    for (int r = 0; r < held.subsets(); r++) {
      if (own >= 0 && held.runs().holds(r * times, own)) {
        continue;
      }
      double predicted = bias[target];
      for (int j = 0; j < weights.length; j++) {
        predicted += weights[j] != 0 && held.runs().holds(r * times, j) ? weights[j] : 0;
      }
      double[] outputs = new double[times];
      for (int k = 0; k < times; k++) {
        outputs[k] = held.runs().output(r * times + k, target);
      }
      Sample sample = Sample.of(outputs);
      double noise = times > 1 ? sample.error() : 0;
      sum += (predicted - sample.mean()) * (predicted - sample.mean()) - noise;
      subsets++;
    }
    return subsets == 0 ? validationError(target) : Math.max(0, sum / subsets);
  }

  private double validationError(int target) throws IOException {
    DatamodelStore store = DatamodelStore.open(NamedScores.folder(study, datamodels.name()));
    int columns = store.columns("validation_error");
    if (validation == null) {
      validation = store.doubles("validation_error");
    }
    return Arrays.stream(
            Objects.requireNonNull(validation), target * columns, (target + 1) * columns)
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }
}
