package dev.whence.learn;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A hyperparameter of a learner, as help shows it.
 *
 * @param name by which {@code --set} calls the hyperparameter
 * @param type in words, such as "whole number"
 * @param range allowed values in words; empty where the type says enough
 * @param otherwise default value in words; empty where there is no default
 * @param what description in words
 */
public record LearnerSetting(
    String name, String type, String range, String otherwise, String what) {

  private static final Map<Type, String> TYPES =
      Map.of(
          int.class, "whole number",
          Integer.class, "whole number",
          double.class, "number",
          Double.class, "number",
          boolean.class, "true or false",
          String.class, "word",
          Boolean.class, "true or false");

  /** Returns the hyperparameters of the learners that a factory makes. */
  public static List<LearnerSetting> of(LearnerFactory factory) {
    JsonNode defaults = defaults(factory);
    List<LearnerSetting> all = new ArrayList<>();
    for (RecordComponent component : factory.settings().getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting != null) {
        JsonNode value = defaults.path(component.getName());
        all.add(
            new LearnerSetting(
                component.getName(),
                type(component.getGenericType()),
                setting.range(),
                value.isMissingNode() || value.isNull() ? setting.otherwise() : value.toString(),
                setting.value()));
      }
    }
    return all;
  }

  private static JsonNode defaults(LearnerFactory factory) {
    try {
      return factory.create(Json.mapper().createObjectNode()).config();
    } catch (BadInputException e) {
      return Json.mapper().createObjectNode(); // a hyperparameter has no default
    }
  }

  /** Returns a type in words. */
  static String type(@Nullable Type type) {
    return type instanceof ParameterizedType list
        ? "list of %ss".formatted(type(list.getActualTypeArguments()[0]))
        : type == null ? "value" : TYPES.getOrDefault(type, "value");
  }

  @Override
  public String toString() {
    return "%s (%s%s)".formatted(name, type, range.isEmpty() ? "" : ", " + range);
  }
}
