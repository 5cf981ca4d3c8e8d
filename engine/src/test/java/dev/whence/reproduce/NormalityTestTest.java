package dev.whence.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** D'Agostino and Pearson's test against scipy's (peers/fixtures/normality.py), and on noise. */
class NormalityTestTest {

  /** Values and the p-value that scipy gives them. */
  private record Case(String name, double[] values, double pValue) {}

  @Test
  void scipyAgrees() throws IOException {
    Case[] cases = Json.read(Path.of("src/test/resources/fixtures/normality.json"), Case[].class);
    assertThat(cases).hasSizeGreaterThan(5);
    for (Case one : cases) {
      assertThat(NormalityTest.pValue(one.values))
          .as(one.name)
          .isCloseTo(one.pValue, within(1e-9 + 1e-6 * one.pValue));
    }
  }

  @Test
  void normalValuesAreRejectedAtTheLevel() {
    Random random = new Random(9);
    int rejected = 0;
    int times = 20_000;
    for (int i = 0; i < times; i++) {
      double[] values = new double[200];
      Arrays.setAll(values, _ -> 3 + 0.1 * random.nextGaussian());
      rejected += NormalityTest.pValue(values) < 0.05 ? 1 : 0;
    }
    assertThat((double) rejected / times).isBetween(0.04, 0.065);
    assertThat(NormalityTest.pValue(new double[200])).isNaN();
    double[] rounded = new double[200];
    Arrays.setAll(rounded, i -> i % 2);
    assertThat(NormalityTest.pValue(rounded)).isLessThan(1e-9);
  }
}
