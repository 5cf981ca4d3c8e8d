package dev.whence.learn;

/**
 * A triangular learning rate: linear from 0 up to the peak, then linear down to 0, taken at the
 * middle of each step.
 *
 * @param rate learning rate at the peak
 * @param peak position of the peak, as a fraction of the steps
 * @param steps number of steps
 */
public record Schedule(double rate, double peak, long steps) {

  /** Returns the learning rate of a step, counted from 0. */
  public float at(long step) {
    double t = (step + 0.5) / steps;
    return (float) (rate * (t < peak ? t / peak : (1 - t) / (1 - peak)));
  }
}
