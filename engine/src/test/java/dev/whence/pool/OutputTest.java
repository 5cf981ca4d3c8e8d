package dev.whence.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.data.Labels;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {

  private static final float[] Z = {9, 9, 1, 3, -2, 0.5f};

  @Test
  void outputsAreTheirDefinitions() {
    double[] e = {Math.exp(1), Math.exp(3), Math.exp(-2), Math.exp(0.5)};
    double sum = e[0] + e[1] + e[2] + e[3];
    double p = e[3] / sum;
    assertThat(of(Output.MARGIN)).isEqualTo(0.5f - 3);
    assertThat(of(Output.LOG_ODDS_MARGIN)).isCloseTo((float) Math.log(p / (1 - p)), within(1e-6f));
    assertThat(of(Output.CORRECTNESS)).isZero();
    assertThat(Output.CORRECTNESS.of(Z, 2, 4, 1)).isEqualTo(1);
    assertThat(of(Output.CONFIDENCE)).isCloseTo((float) p, within(1e-6f));
    assertThat(of(Output.CROSS_ENTROPY)).isCloseTo((float) -Math.log(p), within(1e-6f));
    double brier =
        Math.pow(e[0] / sum, 2)
            + Math.pow(e[1] / sum, 2)
            + Math.pow(e[2] / sum, 2)
            + Math.pow(1 - p, 2);
    assertThat(of(Output.SQUARED_ERROR)).isCloseTo((float) brier, within(1e-6f));
    assertThat(Output.SQUARED_ERROR.ofReal(3, 1)).isEqualTo(4);
    assertThat(Output.PREDICTION.ofReal(3, 1)).isEqualTo(3);
  }

  private static float of(Output output) {
    return output.of(Z, 2, 4, 3);
  }

  @Test
  void largeLogitsOverflowNothing() {
    float[] z = {1000, -1000, 0};
    assertThat(Output.CROSS_ENTROPY.of(z, 0, 3, 1)).isEqualTo(2000);
    assertThat(Output.CONFIDENCE.of(z, 0, 3, 0)).isEqualTo(1);
    assertThat(Output.LOG_ODDS_MARGIN.of(z, 0, 3, 0)).isEqualTo(1000);
  }

  @Test
  void derivativesAreThoseOfFiniteDifferences() {
    Labels labels = new Labels.Classes(new int[] {0, 3}, List.of("a", "b", "c", "d"));
    for (Output output : Output.values()) {
      if (List.of(Output.CORRECTNESS, Output.PREDICTION, Output.LOGITS).contains(output)) {
        assertThatThrownBy(() -> OutputGradients.of(output, labels))
            .isInstanceOf(BadInputException.class)
            .hasMessageContaining("derivative");
        continue;
      }
      float[] gradient = new float[4];
      OutputGradients.of(output, labels).at(1, Z, 2, gradient);
      for (int c = 0; c < 4; c++) {
        float[] above = Z.clone();
        float[] below = Z.clone();
        above[2 + c] += 0.01f;
        below[2 + c] -= 0.01f;
        float slope = (output.of(above, 2, 4, 3) - output.of(below, 2, 4, 3)) / 0.02f;
        assertThat(gradient[c]).as("%s, class %d", output, c).isCloseTo(slope, within(1e-3f));
      }
    }
    float[] gradient = new float[1];
    Labels reals = new Labels.Reals(new float[] {2});
    OutputGradients.of(Output.SQUARED_ERROR, reals).at(0, new float[] {5}, 0, gradient);
    assertThat(gradient[0]).isEqualTo(6);
  }

  @Test
  void outputsSuitTheLabels() {
    Learner learner = LearnerFactory.of("softmax").create(Json.mapper().createObjectNode());
    List<Output> ofClasses = Output.suitable(learner, Labels.Classes.numbered(new int[] {0, 1}));
    List<Output> ofReals = Output.suitable(learner, new Labels.Reals(new float[] {0, 1}));
    assertThat(Output.parse(List.of("margin", "logits"), ofClasses))
        .containsExactly(Output.MARGIN, Output.LOGITS);
    assertThatThrownBy(() -> Output.parse(List.of("margin"), ofReals))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("[prediction, squared_error]");
    assertThatThrownBy(() -> Output.parse(List.of("prediction"), ofClasses))
        .isInstanceOf(BadInputException.class);
  }
}
