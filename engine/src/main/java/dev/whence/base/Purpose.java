package dev.whence.base;

/**
 * What a random number is drawn for. The codes determine the random numbers of every study: never
 * change or reuse a code.
 */
@Api
public enum Purpose {
  SUBSET(1),
  TRAINING(2),
  REPEATED_SUBSET(3),
  REPEATED_TRAINING(4),
  HOLD_OUT(5),
  BOOTSTRAP(6),
  SAMPLE(7),
  PLANTED_WEIGHTS(8),
  PLANTED_NOISE(9),
  PROJECTION(10),
  WHOLE_TRAINING(11),
  SELF_SUPERVISION(12),
  POOL(13),
  INTERVENTION(14),
  ORDER(15),
  SIMULATION(16);

  private final long code;

  Purpose(long code) {
    this.code = code;
  }

  long code() {
    return code;
  }
}
