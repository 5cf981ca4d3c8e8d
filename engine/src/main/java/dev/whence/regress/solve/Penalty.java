package dev.whence.regress.solve;

import dev.whence.base.BadInputException;
import dev.whence.regress.statistics.Problem;
import dev.whence.regress.statistics.Statistics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The penalty that is added to (1/2m)‖y − Xw − b‖²: λ·(ρ·Σ_j p_j|w_j| + (1 − ρ)/2·‖w‖²), the
 * elastic net of Zou and Hastie (2005) as scikit-learn and glmnet write it, with a factor p_j for
 * each unit as in the adaptive LASSO (Zou 2006). This object has ρ and the factors, but not λ.
 *
 * @param l1Ratio ρ in (0, 1]; 1 is the LASSO
 * @param factors p_j of each unit, [d], positive; null where all are 1
 */
public record Penalty(double l1Ratio, double @Nullable [] factors) {

  private static final double LARGEST_FACTOR = 1000;

  /**
   * Factor of a unit that is to have no weight: so large that no gradient reaches the unit's
   * threshold.
   */
  private static final double NEVER = 1e30;

  /** The penalty of the LASSO: ρ = 1, and p_j = 1 for all units. */
  public static final Penalty LASSO = new Penalty(1, null);

  public Penalty {
    if (!(l1Ratio > 0 && l1Ratio <= 1)) {
      throw BadInputException.at("l1Ratio", "more than 0 and at most 1", l1Ratio);
    }
  }

  /**
   * Returns the adaptive LASSO's penalty of target {@code t}: ρ = 1 and p_j = max_k |a_k| / |a_j|,
   * at most {@value #LARGEST_FACTOR}, where a_j is the difference of means of unit j on the
   * training runs of the problem's first split.
   */
  public static Penalty adaptive(Problem problem, int t) {
    Statistics train = problem.splits().getFirst().train();
    double[] influence = train.differenceOfMeans(t);
    double largest = Arrays.stream(influence).map(Math::abs).max().orElse(0);
    double[] factors = new double[influence.length];
    for (int j = 0; j < factors.length; j++) {
      double part = largest == 0 ? 1 : Math.abs(influence[j]) / largest;
      factors[j] = 1 / Math.max(part, 1 / LARGEST_FACTOR);
    }
    return new Penalty(1, factors);
  }

  /**
   * Returns this penalty with a factor for unit {@code unit} that keeps the unit's weight at 0.
   *
   * @param units d, the number of units
   */
  public Penalty without(int unit, int units) {
    double[] own = new double[units];
    Arrays.setAll(own, j -> j == unit ? NEVER : factors == null ? 1 : factors[j]);
    return new Penalty(l1Ratio, own);
  }

  /**
   * Returns ρ·p_j; the weight of unit {@code j} stays 0 while its gradient |c − Gw|_j is at most λ
   * times this number.
   */
  double threshold(int j) {
    return factors == null ? l1Ratio : l1Ratio * factors[j];
  }

  /** Returns 1 − ρ; λ times this number is added to each element of G's diagonal. */
  double ridge() {
    return 1 - l1Ratio;
  }

  /**
   * Returns λ_max, the smallest λ at which all weights are 0: the maximum over the units of |c_j| /
   * (ρ·p_j).
   *
   * @param covariance c of the target, [d]
   */
  public double lambdaMax(double[] covariance) {
    double max = 0;
    for (int j = 0; j < covariance.length; j++) {
      max = Math.max(max, Math.abs(covariance[j]) / threshold(j));
    }
    return max;
  }
}
