package dev.whence.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class LearnerContractTest {

  static Stream<String> learners() {
    return ServiceLoader.load(LearnerFactory.class).stream()
        .map(p -> p.get().name())
        .filter(name -> !name.equals("process")) // needs a program; see ProcessLearnerTest
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("learners")
  void trainsOnEverySubset(String name) {
    ObjectNode config = Json.mapper().createObjectNode();
    LearnerContract.check(LearnerFactory.of(name).create(config), name.equals("cnn"));
  }

  @ParameterizedTest
  @MethodSource("learners")
  void everySettingSaysWhatItIs(String name) {
    LearnerFactory factory = LearnerFactory.of(name);
    assertThat(LearnerSetting.of(factory))
        .hasSameSizeAs(factory.settings().getRecordComponents())
        .allSatisfy(s -> assertThat(s.what()).isNotBlank());
  }

  @Test
  void aWrongSettingIsRefusedByTheRightOnes() {
    ObjectNode config = Json.mapper().createObjectNode().put("epoch", 3);
    assertThatThrownBy(() -> LearnerFactory.of("mlp").create(config))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("learningRate")
        .hasMessageContaining("found epoch (did you mean epochs?)")
        .hasMessageNotContaining("class ");
    ObjectNode word = Json.mapper().createObjectNode().put("epochs", "many");
    assertThatThrownBy(() -> LearnerFactory.of("mlp").create(word))
        .hasMessage("learner mlp, epochs: expected a whole number, found \"many\"");
    assertThatThrownBy(() -> LearnerFactory.of("sofmax"))
        .hasMessageContaining("did you mean softmax?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs | 1.5",
        "epochs | \"3\"",
        "epochs | 99999999999",
        "epochs | true",
        "hidden | [1.5]",
        "hidden | [64, null]",
        "hidden | 64",
        "learningRate | \"0.1\"",
      })
  void valuesOfAnotherKindAreRefused(String name, String value) {
    ObjectNode config = Json.mapper().createObjectNode();
    config.set(name, Json.mapper().readTree(value));
    assertThatThrownBy(() -> LearnerFactory.of("mlp").create(config))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("learner mlp, " + name + ": expected a ")
        .hasMessageContaining("found " + value.replace(", ", ","));
  }
}
