package dev.whence.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Metadata;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DesignTest {

  private static final int[] STRATA = new int[100];

  static {
    for (int i = 0; i < STRATA.length; i++) {
      STRATA[i] = i % 7;
    }
  }

  @ParameterizedTest
  @EnumSource(Design.Kind.class)
  void masksArePureFunctionsOfSeedPurposeAndRow(Design.Kind kind) {
    Design design = Design.create(kind, 100, 0.5, STRATA);
    Mask mask = design.mask(7, Purpose.SUBSET, 1_000_000_007L);
    assertThat(design.mask(7, Purpose.SUBSET, 3)).isNotEqualTo(mask);
    assertThat(Design.create(kind, 100, 0.5, STRATA).mask(7, Purpose.SUBSET, 1_000_000_007L))
        .isEqualTo(mask);
    assertThat(design.mask(8, Purpose.SUBSET, 1_000_000_007L)).isNotEqualTo(mask);
    assertThat(design.mask(7, Purpose.REPEATED_SUBSET, 1_000_000_007L)).isNotEqualTo(mask);
  }

  @ParameterizedTest
  @CsvSource({"100, 0.5, 50", "101, 0.5, 51", "3, 0.1, 1", "3, 0.99, 2", "50, 0.75, 38"})
  void uniformSubsetsHaveExactlyTheirSize(int units, double alpha, int size) {
    Design design = new UniformSubsets(units, alpha);
    for (int row = 0; row < 50; row++) {
      assertThat(design.mask(1, Purpose.SUBSET, row).size()).isEqualTo(size);
    }
  }

  @Test
  void uniformSubsetsAreUniform() {
    Design design = new UniformSubsets(5, 0.4);
    int rows = 20_000;
    int[] counts = new int[32];
    for (int row = 0; row < rows; row++) {
      counts[design.mask(3, Purpose.SUBSET, row).bytes()[0]]++;
    }
    double expected = rows / 10.0; // 5 choose 2 subsets
    double chiSquared = 0;
    for (int bits = 0; bits < 32; bits++) {
      if (Integer.bitCount(bits) == 2) {
        chiSquared += (counts[bits] - expected) * (counts[bits] - expected) / expected;
      } else {
        assertThat(counts[bits]).isZero();
      }
    }
    assertThat(chiSquared).isLessThan(27.9); // 99.9th percentile with 9 degrees of freedom
  }

  @Test
  void bernoulliSubsetsVaryInSize() {
    Design design = new BernoulliSubsets(1000, 0.3);
    long total = 0;
    for (int row = 0; row < 200; row++) {
      total += design.mask(1, Purpose.SUBSET, row).size();
    }
    assertThat(total / 200_000.0).isCloseTo(0.3, within(0.005));
  }

  @Test
  void stratifiedSubsetsHoldThePartOfEachClass() {
    Design design = new StratifiedSubsets(STRATA, 0.4);
    Mask mask = design.mask(1, Purpose.SUBSET, 5);
    for (int c = 0; c < 7; c++) {
      int stratum = c;
      long size = java.util.Arrays.stream(STRATA).filter(s -> s == stratum).count();
      long held =
          java.util.stream.IntStream.range(0, 100)
              .filter(j -> STRATA[j] == stratum && mask.holds(j))
              .count();
      assertThat(held).isEqualTo(Math.round(0.4 * size));
    }
  }

  @Test
  void complementaryRowsPartitionTheUnits() {
    Design design = Design.create(Design.Kind.COMPLEMENTARY, 101, 0.5, new int[0]);
    for (int row = 0; row < 20; row += 2) {
      Mask even = design.mask(1, Purpose.SUBSET, row);
      assertThat(design.mask(1, Purpose.SUBSET, row + 1)).isEqualTo(even.complement());
    }
  }

  @Test
  void groupsGoInAndOutTogether() {
    Dataset dataset =
        new Dataset(
            new Features(4, new int[] {1}, new float[4], false),
            new Labels.Classes(new int[] {0, 0, 1, 1}, List.of("a", "b")),
            new Metadata(null, List.of("p", "q", "p", "r"), null, null, null));
    Units units = Units.of(dataset, Units.Kind.GROUP);
    assertThat(units.names()).containsExactly("p", "q", "r");
    assertThat(units.members(Mask.of(3, new int[] {0, 2}))).containsExactly(0, 2, 3);
    assertThat(units.strata(dataset.labels())).isEmpty();
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> Design.create(Design.Kind.UNIFORM, 10, 1.0, new int[0]))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("between 0 and 1");
    assertThatThrownBy(() -> Design.create(Design.Kind.COMPLEMENTARY, 10, 0.4, new int[0]))
        .hasMessageContaining("alpha 0.5");
    assertThatThrownBy(() -> Design.create(Design.Kind.STRATIFIED, 10, 0.4, new int[0]))
        .hasMessageContaining("class");
  }
}
