package dev.whence.evaluate;

/**
 * Statistics that are estimated from held-out runs; each but {@link #POOLED} is a mean over
 * targets.
 */
enum Statistic {
  MSE,
  OPT,
  VARIANCE,
  /** mse − opt: half the squared distance of predictions from E[f | subset], unbiased. */
  UNEXPLAINED,
  /** variance − opt: half the variance of E[f | subset] over subsets, unbiased. */
  EXPLAINABLE,
  PEARSON,
  POOLED,
  LDS,
  SINGLE;

  boolean isCorrelation() {
    return ordinal() >= PEARSON.ordinal();
  }
}
