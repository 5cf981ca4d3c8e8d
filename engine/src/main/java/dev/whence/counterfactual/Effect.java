package dev.whence.counterfactual;

/**
 * What a target's datamodel says of taking units out, at the fraction α of its pool.
 *
 * @param units number of units taken out
 * @param loss −Σ of their positive weights: the output falls by the units that raise it; at most 0
 * @param gain −Σ of their negative weights; at least 0
 * @param lossShare part of all positive weights that units of these ranks carry in a typical target
 *     ({@link WeightProfile}), 0 … 1
 * @param gainShare part of all negative weights that they carry, 0 … 1
 */
record Effect(int units, double loss, double gain, double lossShare, double gainShare) {

  /** Returns the change of the output, −Σ of the weights (Ilyas et al. 2022, §4.1.2). */
  double change() {
    return loss + gain;
  }

  /** Returns the part of the size of loss and gain that counts in the error of a correction. */
  double size() {
    return Math.hypot(loss, gain);
  }
}
