package dev.whence.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whence.regress.FitOptions;
import java.util.List;

/**
 * What {@code whence evaluate} finds: {@code evaluation.json}.
 *
 * @param fit what the datamodels were fitted with
 * @param heldOut the runs they are judged by
 * @param scores how well they predict them
 * @param sampleComplexity error against the number of models (Ilyas et al. 2022, Figure 6)
 * @param regularization error against λ on seen and unseen subsets (Figure E.2)
 * @param sparsity number of non-zero weights (Figure E.1)
 * @param worstGap largest duality gap of a target, relative to the variance of its outputs; NaN for
 *     direct solutions
 */
public record Evaluation(
    FitOptions fit,
    HeldOutRuns heldOut,
    Agreement scores,
    List<SamplePoint> sampleComplexity,
    List<LambdaPoint> regularization,
    Sparsity sparsity,
    double worstGap) {

  /** Where the runs that judge come from. */
  public enum Kind {
    /** Runs that are not in the pool, on subsets that no run of the pool had. */
    @JsonProperty("repeats")
    REPEATS,
    /** The same where the pool had some of the subsets: judged by fits without these. */
    @JsonProperty("repeats_left_out")
    REPEATS_LEFT_OUT,
    /** The pool's runs in folds, each judged by a fit to the others. */
    @JsonProperty("cross_fitting")
    CROSS_FITTING,
    /** A sixth of the pool's runs, judged by a fit to the others. */
    @JsonProperty("split")
    SPLIT,
    /** The pool's runs, judging scores that another tool computed. */
    @JsonProperty("pool")
    POOL
  }

  /**
   * The runs that datamodels are judged by.
   *
   * @param subsets how many
   * @param times models trained on each
   * @param targets that are judged
   * @param seen of the subsets, how many the pool had too
   */
  public record HeldOutRuns(Kind kind, int subsets, int times, int targets, int seen) {}

  /**
   * Datamodels of a random sample of targets fitted to fewer models.
   *
   * @param models m
   * @param targets size of the sample
   * @param mse with the ½ of eq. 10
   * @param lds with the mean of a subset's runs
   */
  public record SamplePoint(int models, int targets, Interval mse, Interval lds) {}

  /**
   * A point of the path, averaged over a random sample of targets.
   *
   * @param fraction λ/λ_max
   * @param seen mean squared error on the runs fitted to, as a share of the outputs' variance
   * @param unseen the same on validation runs
   * @param nonZero average number of non-zero weights
   */
  public record LambdaPoint(double fraction, double seen, double unseen, double nonZero) {}

  /** Quantiles over targets of the number of non-zero weights; {@code counts} has them all. */
  public record Sparsity(double low, double median, double high, int[] counts) {}

  /**
   * Some predictions beside what came of them, for a picture: {@code evaluation-pairs.json}.
   *
   * @param predicted by the datamodels
   * @param actual mean output of the subset's models
   */
  public record Pairs(double[] predicted, double[] actual) {}
}
