package dev.whence.learn;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Refuses hyperparameters whose values make no sense; a hyperparameter that is not given, null, is
 * not checked.
 */
public final class Hyperparameters {

  private final String learner;

  /**
   * Makes the checks of the hyperparameters of a learner.
   *
   * @param learner words with which a refusal begins, such as "learner torch"
   */
  public Hyperparameters(String learner) {
    this.learner = learner;
  }

  /**
   * Returns the hyperparameters that {@code config} gives, or refuses a hyperparameter that the
   * record {@code type} does not have.
   *
   * @param learner words with which a refusal begins
   */
  public static <T> T read(String learner, ObjectNode config, Class<T> type) {
    try {
      return Json.mapper().treeToValue(config, type);
    } catch (UnrecognizedPropertyException e) {
      List<String> known =
          Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
      throw BadInputException.unknown(learner + ", setting", known, e.getPropertyName());
    } catch (MismatchedInputException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      String name = e.getPath().isEmpty() ? "" : e.getPath().getFirst().getPropertyName();
      Type expected =
          Arrays.stream(type.getRecordComponents())
              .filter(c -> c.getName().equals(name))
              .map(RecordComponent::getGenericType)
              .findFirst()
              .orElse(null);
      throw BadInputException.at(
          "%s, %s".formatted(learner, name),
          "a " + LearnerSetting.type(expected),
          config.path(name));
    } catch (JacksonException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      throw BadInputException.at(learner, "settings", config);
    }
  }

  /**
   * Requires a number from {@code low} to {@code high}.
   *
   * @param expected the allowed values in words, for a refusal
   */
  public void range(String name, @Nullable Number value, double low, double high, String expected) {
    if (value != null && !(value.doubleValue() >= low && value.doubleValue() <= high)) {
      throw BadInputException.at(learner + ", " + name, expected, value);
    }
  }

  /** Requires a word of {@code known}. */
  public void choice(String name, @Nullable String value, List<String> known) {
    if (value != null && !known.contains(value)) {
      throw BadInputException.at(learner + ", " + name, "one of " + known, value);
    }
  }
}
