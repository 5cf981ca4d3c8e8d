package dev.whence.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whence.base.Api;
import dev.whence.base.Workers;
import dev.whence.regress.Datamodels;
import dev.whence.regress.FitOptions;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Result of {@code whence evaluate}, stored as {@code evaluation.json}.
 *
 * @param fit options that the datamodels were fitted with
 * @param heldOut runs that judge the datamodels
 * @param scores agreement of the datamodels' predictions with these runs
 * @param sampleComplexity error against the number of models (Ilyas et al. 2022, Figure 6)
 * @param regularization error against λ on seen and unseen subsets (Figure E.2)
 * @param sparsity number of non-zero weights (Figure E.1)
 * @param worstGap largest duality gap of a target, relative to the variance of its outputs; NaN for
 *     direct solutions
 */
@Api
public record Evaluation(
    FitOptions fit,
    HeldOutRuns heldOut,
    Agreement scores,
    List<SamplePoint> sampleComplexity,
    List<LambdaPoint> regularization,
    Sparsity sparsity,
    double worstGap) {

  /** Evaluates datamodels by runs that neither fitted nor chose anything of them. */
  public static Evaluation of(Datamodels datamodels, Workers workers) throws IOException {
    return Evaluator.run(datamodels.study(), datamodels.name(), workers).evaluation();
  }

  /** Source of the runs that judge. */
  public enum Kind {
    /** Runs that are not in the pool, on subsets that no run of the pool had. */
    @JsonProperty("repeats")
    REPEATS,
    /**
     * Repeats of which the pool had some subsets: each subset is predicted by a fit to runs on
     * other subsets.
     */
    @JsonProperty("repeats_left_out")
    REPEATS_LEFT_OUT,
    /** The pool's runs in folds; each fold judges a fit to the other folds. */
    @JsonProperty("cross_fitting")
    CROSS_FITTING,
    /** A sixth of the pool's runs, which judges a fit to the other runs. */
    @JsonProperty("split")
    SPLIT,
    /** The pool's runs, which judge scores that another tool computed. */
    @JsonProperty("pool")
    POOL
  }

  /**
   * The runs that datamodels are judged by.
   *
   * @param subsets number of subsets
   * @param times number of models trained on each subset
   * @param targets number of targets that are judged
   * @param seen number of the subsets that runs of the pool had too
   * @param accuracy part of the targets that these models are right about; null where the output
   *     does not tell
   */
  public record HeldOutRuns(
      Kind kind, int subsets, int times, int targets, int seen, @Nullable Double accuracy) {}

  /**
   * Agreement of datamodels of a random sample of targets, fitted to fewer models.
   *
   * @param models number of models m that the datamodels are fitted to
   * @param targets number of sampled targets
   * @param mse mean squared error, with the ½ of eq. 10
   * @param lds rank correlation of predictions with the mean output of a subset's runs
   */
  public record SamplePoint(int models, int targets, Interval mse, Interval lds) {}

  /**
   * A point of the path, averaged over a random sample of targets.
   *
   * @param fraction λ/λ_max
   * @param seen mean squared error on the runs fitted to, as a share of the outputs' variance
   * @param unseen mean squared error on validation runs, as a share of the outputs' variance
   * @param nonZero average number of non-zero weights
   */
  public record LambdaPoint(double fraction, double seen, double unseen, double nonZero) {}

  /**
   * Number of non-zero weights of a target.
   *
   * @param low 10% quantile over targets
   * @param median 50% quantile over targets
   * @param high 90% quantile over targets
   * @param counts number of non-zero weights of each target, [n]
   */
  public record Sparsity(double low, double median, double high, int[] counts) {}

  /**
   * A random sample of predictions beside the actual outputs, for the scatter plot: {@code
   * evaluation-pairs.json}.
   *
   * @param predicted predictions of the datamodels, one a (target, subset) pair
   * @param actual mean output of the subset's models, for the same pairs
   */
  public record Pairs(double[] predicted, double[] actual) {}
}
