package dev.whence.pool;

/**
 * What a pool will take, from what one model takes.
 *
 * @param models m
 * @param workers cores, or GPUs, that train one model each at a time
 * @param workerHours hours of all workers together
 * @param hours from start to end
 * @param bytes on disk
 * @param cost in the currency of the price
 */
public record Plan(
    long models, int workers, double workerHours, double hours, long bytes, double cost) {

  private static final double HOUR = 3600;

  /**
   * Returns the plan of a pool.
   *
   * @param seconds that a worker takes for a model
   * @param bytesPerRun masks and outputs of a run
   * @param price of an hour of one worker
   */
  public static Plan of(long models, int workers, double seconds, long bytesPerRun, double price) {
    double workerHours = models * seconds / HOUR;
    return new Plan(
        models,
        workers,
        workerHours,
        workerHours / workers,
        Math.multiplyExact(models, bytesPerRun),
        workerHours * price);
  }
}
