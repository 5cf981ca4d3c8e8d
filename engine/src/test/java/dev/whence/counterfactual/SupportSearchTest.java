package dev.whence.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.pool.Intervention;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Searches for supports on planted truth: what models would say is drawn, nothing is trained. */
class SupportSearchTest {

  private static final int MOST = 400;

  /** What models say: their mean output without the first k units, and the noise of training. */
  private record Truth(IntToDoubleFunction mean, double deviation, boolean skewed) {

    double draw(int k, Random random) {
      double noise =
          skewed ? -Math.log(1 - random.nextDouble()) - 1 : random.nextGaussian(); // variance 1
      return mean.applyAsDouble(k) + deviation * noise;
    }

    /** Returns the smallest k at which models are wrong on average. */
    int support() {
      return IntStream.rangeClosed(0, MOST)
          .filter(k -> mean.applyAsDouble(k) < 0)
          .findFirst()
          .orElse(MOST + 1);
    }
  }

  private static Candidates candidates(Truth truth, double wrongBy, Random random) {
    double[] outputs = IntStream.range(0, 200).mapToDouble(_ -> truth.draw(0, random)).toArray();
    double[] drops =
        IntStream.rangeClosed(0, MOST)
            .mapToDouble(k -> wrongBy * (truth.mean.applyAsDouble(0) - truth.mean.applyAsDouble(k)))
            .toArray();
    return new Candidates(
        3,
        IntStream.range(0, MOST).toArray(),
        MOST,
        Sample.of(outputs),
        k -> Intervention.remove(IntStream.range(0, k).toArray()),
        wrongBy == 0 ? null : drops);
  }

  private static Support find(SupportSearch search, Truth truth, Random random) {
    for (SupportSearch.Request r = search.next(); r != null; r = search.next()) {
      int k = r.change().removed().length;
      search.take(IntStream.range(0, r.count()).mapToDouble(_ -> truth.draw(k, random)).toArray());
    }
    return search.result();
  }

  private static Truth falling(double before, double scale, double deviation, boolean skewed) {
    return new Truth(k -> before - scale * Math.sqrt(k), deviation, skewed);
  }

  /** Counts of what a method found over many targets. */
  private record Score(int verified, int wronglyVerified, double models, double excess) {}

  private static Score score(
      Function<Candidates, SupportSearch> method, double wrongBy, boolean skewed, long seed) {
    Random random = new Random(seed);
    int verified = 0;
    int wrong = 0;
    long models = 0;
    double excess = 0;
    for (int i = 0; i < 2000; i++) {
      double before = 0.2 + 2 * random.nextDouble();
      double scale = 0.05 + 0.4 * random.nextDouble();
      Truth truth = falling(before, scale, 0.1 + 0.4 * random.nextDouble(), skewed);
      Support found = find(method.apply(candidates(truth, wrongBy, random)), truth, random);
      models += found.modelsTrained();
      if (found.verified()) {
        verified++;
        int size = java.util.Objects.requireNonNull(found.size());
        wrong += truth.mean.applyAsDouble(size) >= 0 ? 1 : 0;
        excess += Math.log((double) size / truth.support());
      }
    }
    return new Score(verified, wrong, (double) models / verified, Math.exp(excess / verified));
  }

  /** The rate is stated over all looks and sizes of a target. */
  @Test
  void sequentialSearchCallsFewSetsVerifiedThatAreNone() {
    for (boolean skewed : new boolean[] {false, true}) {
      for (double wrongBy : new double[] {0, 0.5, 1, 1.5}) {
        Score score =
            score(c -> new SequentialSearch(c, 0.05), wrongBy, skewed, 17 + (long) (10 * wrongBy));
        System.out.printf("sequential, predicted × %.1f, skewed %s: %s%n", wrongBy, skewed, score);
        assertThat(score.verified).isGreaterThan(800);
        assertThat(score.wronglyVerified / 2000.0).isLessThanOrEqualTo(0.05);
      }
    }
  }

  /** Sizes that never flip are the hardest for a test that looks often. */
  @Test
  void aMeanOfZeroIsRarelyCalledNegative() {
    Random random = new Random(5);
    for (boolean skewed : new boolean[] {false, true}) {
      Truth truth = new Truth(k -> k == 0 ? 0.5 : 0, 0.3, skewed);
      int wrong = 0;
      for (int i = 0; i < 2000; i++) {
        SupportSearch search = new SequentialSearch(candidates(truth, 1, random), 0.05);
        wrong += find(search, truth, random).verified() ? 1 : 0;
      }
      System.out.printf("mean 0, skewed %s: %d of 2,000 verified%n", skewed, wrong);
      assertThat(wrong).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void sequentialSearchTakesAFractionOfTheModels() {
    Score sequential = score(c -> new SequentialSearch(c, 0.05), 1, false, 3);
    Score guided = score(c -> new GuidedSearch(c, false, GuidedSearch.MARGIN), 1, false, 3);
    Score bisection = score(c -> new BisectionSearch(c, false), 1, false, 3);
    System.out.printf("sequential %s%nguided %s%nbisection %s%n", sequential, guided, bisection);
    assertThat(sequential.models).isLessThan(bisection.models).isLessThan(guided.models / 4);
    assertThat(sequential.excess).isBetween(1.0, 1.8);
  }

  @Test
  void whatIsWrongAlreadyHasSupportZero() {
    Random random = new Random(1);
    Truth truth = falling(-0.5, 0.1, 0.1, false);
    for (SupportSearch search :
        new SupportSearch[] {
          new SequentialSearch(candidates(truth, 1, random), 0.05),
          new GuidedSearch(candidates(truth, 1, random), false, 1.2),
          new BisectionSearch(candidates(truth, 1, random), true)
        }) {
      assertThat(search.next()).isNull();
      assertThat(search.result().size()).isZero();
      assertThat(search.result().modelsTrained()).isZero();
    }
  }

  @Test
  void whatNeverFlipsHasNone() {
    Random random = new Random(2);
    Truth truth = new Truth(k -> 3 - k / 1000.0, 0.2, false);
    for (SupportSearch search :
        new SupportSearch[] {
          new SequentialSearch(candidates(truth, 1, random), 0.05),
          new SequentialSearch(candidates(truth, 0, random), 0.05),
          new GuidedSearch(candidates(truth, 1, random), false, 1.2),
          new BisectionSearch(candidates(truth, 1, random), false)
        }) {
      Support found = find(search, truth, random);
      assertThat(found.size()).isNull();
      assertThat(found.verified()).isFalse();
      assertThat(found.modelsTrained()).isPositive().isLessThanOrEqualTo(160);
    }
  }

  /** Without noise, Algorithm 1's size is its interpolation of the grid, and a fifth more. */
  @Test
  void guidedSearchInterpolatesTheGrid() {
    Truth truth = new Truth(k -> 1 - k / 30.0, 0, false);
    Support found =
        find(
            new GuidedSearch(candidates(truth, 1, new Random(1)), false, 1.2),
            truth,
            new Random(1));
    assertThat(found.size()).isEqualTo(36); // 1.2 × 30
    assertThat(found.modelsTrained()).isEqualTo(7 * 20);
    assertThat(found.units()).containsExactly(IntStream.range(0, 36).toArray());
    assertThat(found.verified()).isTrue();
    assertThat(found.marginAfter()).isCloseTo(-0.2, within(1e-9));
  }

  @Test
  void bisectionHalvesTheInterval() {
    Truth truth = new Truth(k -> 100.5 - k, 0, false);
    Support found =
        find(new BisectionSearch(candidates(truth, 1, new Random(1)), false), truth, new Random(1));
    assertThat(found.size()).isBetween(101, 104); // 400 halved seven times
    assertThat(found.modelsTrained()).isEqualTo(9 * 5);
  }

  /** sklearn.isotonic.IsotonicRegression(increasing=False) of the same values and weights. */
  @Test
  void isotonicRegressionIsScikitLearns() {
    double[] fitted =
        Isotonic.decreasing(
            new double[] {1.0, 1.4, 0.9, 0.2, 0.5, -0.1, 0.1, -0.6},
            new double[] {200, 20, 20, 20, 20, 20, 20, 20});
    assertThat(fitted)
        .containsExactly(
            new double[] {1.0363636363636364, 1.0363636363636364, 0.9, 0.35, 0.35, 0.0, 0.0, -0.6},
            within(1e-12));
    assertThat(Isotonic.zero(new double[] {0, 10, 20}, new double[] {1, 0.5, -0.5})).isEqualTo(15);
    assertThat(Isotonic.zero(new double[] {0, 10}, new double[] {1, 0.5})).isNaN();
  }

  @Test
  void exhaustiveSearchFindsTheSmallestSet() {
    // The output falls by 1 only where units 2 and 5 are both out: no order of single units shows.
    Candidates few =
        new Candidates(
            0,
            IntStream.range(0, 7).toArray(),
            3,
            Sample.of(0.5, 0.5),
            k -> Intervention.remove(IntStream.range(0, k).toArray()),
            null);
    SupportSearch search = new ExhaustiveSearch(few, Intervention::remove);
    int models = 0;
    for (SupportSearch.Request r = search.next(); r != null; r = search.next()) {
      int[] removed = r.change().removed();
      boolean both = Arrays.stream(removed).filter(j -> j == 2 || j == 5).count() == 2;
      double[] outputs = new double[r.count()];
      Arrays.fill(outputs, both ? -0.5 : 0.5);
      models += outputs.length;
      search.take(outputs);
    }
    assertThat(search.result().units()).containsExactly(2, 5);
    assertThat(search.result().verified()).isTrue();
    assertThat(search.result().modelsTrained()).isEqualTo(models);
    Candidates many =
        new Candidates(0, IntStream.range(0, 400).toArray(), 5, few.before(), few.change(), null);
    assertThatThrownBy(() -> new ExhaustiveSearch(many, Intervention::remove))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("exhaustive");
  }
}
