package dev.whence.counterfactual;

import dev.whence.pool.Intervention;
import org.jspecify.annotations.Nullable;

/**
 * A search for the support of one target: asks for models, looks at their outputs, and asks again.
 * It does not train: so the models of all targets' searches are trained together.
 */
interface SupportSearch {

  /**
   * Models that a search wants to see: numbers from … from + count − 1 of an intervention.
   *
   * @param change the intervention
   * @param from number of the first model
   * @param count number of models
   */
  record Request(Intervention change, int from, int count) {}

  /** Returns the models wanted next; null when the search is done. */
  @Nullable Request next();

  /**
   * Takes the outputs of the models that were asked for last.
   *
   * @param outputs one a model
   */
  void take(double[] outputs);

  /** Returns what was found, when the search is done. */
  Support result();
}
