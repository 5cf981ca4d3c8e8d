package dev.whence.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.evaluate.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Areas under CDFs of supports, and counts. */
class FoundSupportsTest {

  private static FoundSupports found(String name, @Nullable Integer... sizes) {
    List<Support> all = new ArrayList<>();
    for (int t = 0; t < sizes.length; t++) {
      all.add(new Support(t, sizes[t], new int[0], true, null, 0));
    }
    return new FoundSupports(name, false, 100, "", all);
  }

  @Test
  void areasAreThoseOfTheSteps() {
    FoundSupports one = found("one", 0, 10, 60, null, 100);
    // target 0 is wrong already; shares 0.9, 0.4, 0 and 0
    assertThat(Objects.requireNonNull(one.area()).value()).isCloseTo(1.3 / 4, within(1e-12));
    double byHand = 0;
    for (int k = 0; k < 100; k++) {
      int at = k;
      byHand +=
          one.rightBefore().stream().filter(s -> s.size() != null && s.size() <= at).count() / 4.0;
    }
    assertThat(Objects.requireNonNull(one.area()).value()).isCloseTo(byHand / 100, within(1e-12));
    FoundSupports perfect = found("two", 1, 1, 1, 1);
    assertThat(Objects.requireNonNull(perfect.area()).low()).isCloseTo(0.99, within(1e-12));
    assertThat(found("none", 0, 0).area()).isNull();
  }

  @Test
  void countsAndDifferencesAreOverCommonTargets() {
    FoundSupports one = found("one", 0, 10, 60, null, 100, null);
    FoundSupports two = found("two", 5, 20, 60, 70, 90);
    assertThat(one.against(two)).isEqualTo(new FoundSupports.Counts(1, 1, 2));
    assertThat(two.against(one)).isEqualTo(new FoundSupports.Counts(2, 1, 1));
    Interval over = Objects.requireNonNull(one.areaOver(two));
    assertThat(over.value()).isCloseTo((0.1 + 0 - 0.3 - 0.1) / 4, within(1e-12));
  }

  /** Over samples of targets, the interval of the area holds the area of all targets. */
  @Test
  void intervalsHoldTheTruth() {
    long seed = 4;
    Random random = new Random(seed);
    Integer[] all =
        IntStream.range(0, 100_000)
            .mapToObj(_ -> (int) Math.ceil(60 * -Math.log(1 - random.nextDouble())))
            .map(k -> k > 100 ? null : k)
            .toArray(Integer[]::new);
    double truth = Objects.requireNonNull(found("all", all).area()).value();
    int held = 0;
    int times = 2000;
    for (int i = 0; i < times; i++) {
      Integer[] some =
          IntStream.range(0, 40)
              .mapToObj(_ -> all[random.nextInt(all.length)])
              .toArray(Integer[]::new);
      Interval area = Objects.requireNonNull(found("some", some).area());
      held += area.low() <= truth && truth <= area.high() ? 1 : 0;
    }
    System.out.printf("seed %d: held %.3f%n", seed, (double) held / times);
    assertThat((double) held / times).isBetween(0.93, 0.975);
  }
}
