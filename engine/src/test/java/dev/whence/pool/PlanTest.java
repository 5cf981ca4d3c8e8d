package dev.whence.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import dev.whence.data.Split;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {

  @TempDir Path folder;

  /**
   * The review's estimate of datamodels for the cars of ImageNet, a twentieth of it (§4.1): 35
   * minutes of an A100 for all of it, 3 million models of half the cars.
   */
  @Test
  void carsOfImageNet() {
    double seconds = 35 * 60 / 20.0 * 0.5;
    assertThat(seconds / 60).isCloseTo(0.875, within(1e-12));
    Plan plan = Plan.of(3_000_000, 8, seconds, 700_000 / 8 + 4 * 50_000, 0.87);
    assertThat(plan.workerHours()).isCloseTo(43_750, within(1e-6));
    assertThat(plan.cost()).isCloseTo(38_062.5, within(1e-6));
    assertThat(plan.hours()).isCloseTo(43_750 / 8.0, within(1e-6));
    assertThat(plan.bytes()).isEqualTo(3_000_000L * 287_500);
  }

  @Test
  void aPilotMeasuresAndLeavesNothing() throws IOException {
    Path study = folder.resolve("s");
    PoolTest.SMALL.create(study);
    Map<String, String> before = Digest.of(study);
    try (Workers workers = Workers.threads(2)) {
      Study opened = Study.open(study);
      Split data = Study.open(study).data();
      Pilot few = Pilot.measure(opened, data, 0.02, workers, 0.5);
      Pilot many = Pilot.measure(opened, data, 0.9, workers, 0.5);
      assertThat(few.bytesPerRun()).isEqualTo(2000 / 8 + 4 * (500 + 500 * 10));
      assertThat(few.models()).isGreaterThanOrEqualTo(2);
      assertThat(few.seconds()).isBetween(few.low(), few.high()).isPositive();
      assertThat(many.alpha()).isEqualTo(0.9);
      assertThatThrownBy(() -> Pilot.measure(opened, data, 1.5, workers, 0.5))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("alpha");
    }
    assertThat(Digest.of(study)).isEqualTo(before);
  }
}
