package dev.whence.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {

  @Test
  void drawsXmlWithoutOutsideReferences() throws Exception {
    String svg =
        new Chart("a < b & 'c'", Scale.logarithmic("m", 100, 4000), Scale.linear("error", 0, 3))
            .line(
                "ours", Chart.BLUE, new double[] {100, 1000, 4000}, new double[] {3, Double.NaN, 1})
            .rule("floor", Chart.ORANGE, 0.5)
            .intervals(Chart.BLUE, new double[] {100}, new double[] {2}, new double[] {3})
            .svg();
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("a < b & 'c'");
    assertThat(svg.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http", "NaN");
    assertThat(Raster.png(svg)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-3, 12", "0.001, 0.0023", "5, 5"})
  void ticksAreRoundAndFew(double low, double high) {
    Scale scale = Scale.linear("x", low, high);
    assertThat(scale.ticks())
        .hasSizeBetween(3, 9)
        .allMatch(t -> t >= scale.low() && t <= scale.high());
    assertThat(scale.position(scale.low())).isZero();
    assertThat(scale.position(scale.high())).isEqualTo(1);
  }
}
