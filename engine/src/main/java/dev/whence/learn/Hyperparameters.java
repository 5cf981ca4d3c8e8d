package dev.whence.learn;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/** Reads hyperparameters and refuses values that make no sense. */
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
   * Returns {@code defaults} with the hyperparameters that {@code given} has put over them; refuses
   * a hyperparameter that the record does not have.
   *
   * @param learner words with which a refusal begins
   */
  public static <T extends Record> T read(String learner, ObjectNode given, T defaults) {
    ObjectNode merged = Json.mapper().valueToTree(defaults);
    given
        .properties()
        .forEach(
            setting -> {
              if (!setting.getValue().isNull()) {
                requireReadable(learner, setting.getKey(), setting.getValue(), defaults.getClass());
                merged.set(setting.getKey(), setting.getValue());
              }
            });
    // getClass of a record is the record's own class
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return convert(learner, merged, type);
  }

  private static <T> T convert(String learner, ObjectNode config, Class<T> type) {
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

  /** Refuses a list with nothing in it where a value should be, and a number that is too large. */
  private static void requireReadable(String learner, String name, JsonNode value, Class<?> type) {
    RecordComponent component =
        Arrays.stream(type.getRecordComponents())
            .filter(c -> c.getName().equals(name))
            .findFirst()
            .orElse(null);
    boolean hole = value.isArray() && value.valueStream().anyMatch(JsonNode::isNull);
    boolean large =
        component != null
            && component.getType() == int.class
            && value.isIntegralNumber()
            && !value.canConvertToInt();
    if (hole || large) {
      String expected =
          component == null ? "a value" : "a " + LearnerSetting.type(component.getGenericType());
      throw BadInputException.at(
          "%s, %s".formatted(learner, name),
          large ? expected + " up to 2^31 - 1" : expected,
          value);
    }
  }

  /**
   * Requires a number from {@code low} to {@code high}.
   *
   * @param expected the allowed values in words, for a refusal
   */
  public void range(String name, Number value, double low, double high, String expected) {
    if (!(value.doubleValue() >= low && value.doubleValue() <= high)) {
      throw BadInputException.at(learner + ", " + name, expected, value);
    }
  }

  /** Requires a word of {@code known}. */
  public void choice(String name, String value, List<String> known) {
    if (!known.contains(value)) {
      throw BadInputException.at(learner + ", " + name, "one of " + known, value);
    }
  }
}
