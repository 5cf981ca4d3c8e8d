package dev.whence.counterfactual;

/**
 * What a target's datamodel says of taking units out, at the fraction α of its pool.
 *
 * @param units number of units taken out
 * @param loss −Σ of their positive weights: the output falls by the units that raise it; at most 0
 * @param gain −Σ of their negative weights; at least 0
 * @param lossShare part of the sum of all positive weights of the target that goes, 0 … 1
 * @param gainShare part of the sum of all negative weights that goes, 0 … 1
 */
record Effect(int units, double loss, double gain, double lossShare, double gainShare) {

  /**
   * Returns the effect of taking out units.
   *
   * @param weights the target's weights, [d]
   */
  static Effect of(float[] weights, int[] removed) {
    double positive = 0;
    double negative = 0;
    for (float w : weights) {
      positive += Math.max(0, w);
      negative += Math.min(0, w);
    }
    double loss = 0;
    double gain = 0;
    for (int j : removed) {
      loss -= Math.max(0, weights[j]);
      gain -= Math.min(0, weights[j]);
    }
    return new Effect(
        removed.length,
        loss,
        gain,
        positive > 0 ? -loss / positive : 0,
        negative < 0 ? -gain / negative : 0);
  }

  /** Returns the change of the output, −Σ of the weights (Ilyas et al. 2022, §4.1.2). */
  double change() {
    return loss + gain;
  }

  /** Returns the part of the size of loss and gain that counts in the error of a correction. */
  double size() {
    return Math.hypot(loss, gain);
  }
}
