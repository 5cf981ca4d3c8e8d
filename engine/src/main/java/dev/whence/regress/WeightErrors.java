package dev.whence.regress;

import dev.whence.design.Mask;
import dev.whence.pool.Targets;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Standard errors and 95% intervals of a fit's weights, by the randomness of the subsets.
 *
 * <p>Subsets are drawn independently of everything else, so the covariance of a unit's column of X
 * with what a datamodel leaves of the outputs, over G_jj, says without bias by how much the unit's
 * weight is too small: w_j + (c − Gw)_j/G_jj (the LASSO without its bias of Zhang and Zhang 2014,
 * with the inverse of G's diagonal for the inverse of G). Its variance is σ²/(m·G_jj), σ² the
 * validation error at the chosen λ. At a weight that is not 0, (c − Gw)_j is known from λ: it is
 * λ·sign(w_j) for the LASSO, λ·w_j for ridge regression.
 */
public final class WeightErrors {

  /** 97.5% quantile of the normal distribution. */
  private static final double UPPER = 1.959964;

  /** Largest number of runs whose masks are counted; G_jj is as good as exact then. */
  private static final int MOST = 20_000;

  /** Part of the elastic net's penalty that is ‖w‖₁; the rest is ‖w‖²/2. */
  private static final double HALF = 0.5;

  private final String estimator;
  private final double[] lambda;
  private final double[] noise;
  private final double[] curvature;
  private final int[] runs;

  /**
   * Bounds of a weight.
   *
   * @param low lower end of the 95% interval
   * @param high upper end
   */
  public record Bounds(double low, double high) {}

  /**
   * @param lambda the chosen λ of each target, [n]
   * @param noise σ² of each target, [n]
   * @param curvature G_jj of each unit, [d]
   * @param runs number of runs that each target's weights were fitted to, [n]
   */
  WeightErrors(String estimator, double[] lambda, double[] noise, double[] curvature, int[] runs) {
    this.estimator = estimator;
    this.lambda = lambda;
    this.noise = noise;
    this.curvature = curvature;
    this.runs = runs;
  }

  /**
   * Returns the errors of a fit's weights; null for scores of another tool, and for estimators
   * whose weights are no regression's (difference of means) or have penalties of their own
   * (adaptive LASSO).
   */
  public static @Nullable WeightErrors of(Study study, NamedScores scores) throws IOException {
    FitOptions fit = scores.fit();
    if (fit == null
        || List.of(
                Estimator.Kind.DIFFERENCE_OF_MEANS.label(),
                Estimator.Kind.ADAPTIVE_LASSO.label(),
                Estimator.Kind.PRIOR_LASSO.label())
            .contains(fit.estimator())) {
      return null;
    }
    DatamodelStore store = DatamodelStore.open(NamedScores.folder(study, scores.name()));
    RunStore pool = RunStore.open(study.pool(fit.pool()).runs(), List.of());
    int counted = Math.min(fit.runs(), MOST);
    double[] held = held(pool, counted);
    double[] curvature = Arrays.stream(held).map(mean -> mean * (1 - mean)).toArray();
    int[] units = Targets.of(study).units();
    int[] runs = new int[units.length];
    for (int t = 0; t < runs.length; t++) {
      double lacking = units[t] < 0 ? 1 : 1 - held[units[t]];
      runs[t] = (int) Math.round(fit.runs() * lacking);
    }
    return new WeightErrors(
        fit.estimator(), store.doubles("lambda"), store.validationErrors(), curvature, runs);
  }

  /** Returns the fraction of the first {@code runs} runs that hold each unit, [d]. */
  private static double[] held(RunStore pool, int runs) throws IOException {
    int d = pool.units();
    int bytes = Mask.bytes(d);
    byte[] masks = pool.masks(runs);
    int[] counts = new int[bytes * Byte.SIZE];
    for (int i = 0; i < runs; i++) {
      for (int b = 0; b < bytes; b++) {
        int bits = masks[i * bytes + b] & 0xff;
        for (int j = b * Byte.SIZE; bits != 0; bits >>= 1, j++) {
          counts[j] += bits & 1;
        }
      }
    }
    return Arrays.stream(counts, 0, d).mapToDouble(count -> (double) count / runs).toArray();
  }

  /** Returns the standard error of the weight of unit {@code j} for target {@code t}. */
  public double error(int t, int j) {
    return Math.sqrt(noise[t] / (runs[t] * curvature[j]));
  }

  /**
   * Returns the 95% interval of the effect of unit {@code j} on target {@code t}, whose middle is
   * the weight without its shrinkage; null for a weight of 0, of which only the sign of no effect
   * is known.
   *
   * @param weight the fitted weight
   */
  public @Nullable Bounds bounds(int t, int j, double weight) {
    if (weight == 0 || !(curvature[j] > 0)) {
      return null;
    }
    double middle = weight + gradient(t, weight) / curvature[j];
    double width = UPPER * error(t, j);
    return new Bounds(middle - width, middle + width);
  }

  /** Returns (c − Gw)_j at a weight that is not 0. */
  private double gradient(int t, double weight) {
    return switch (Objects.requireNonNull(Estimator.Kind.of(estimator))) {
      case LASSO -> lambda[t] * Math.signum(weight);
      case ELASTIC_NET -> lambda[t] * (HALF * Math.signum(weight) + (1 - HALF) * weight);
      case RIDGE -> lambda[t] * weight;
      default -> 0;
    };
  }
}
