package dev.whence.learn;

import dev.whence.data.BadInputException;
import dev.whence.store.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Refuses hyperparameters that make no sense; one that is not given is not looked at. */
public final class Hyperparameters {

  private final String learner;

  /** Checks those of {@code learner}, the words that a refusal begins with. */
  public Hyperparameters(String learner) {
    this.learner = learner;
  }

  /**
   * Returns the hyperparameters that {@code config} gives, or refuses one that {@code type}, a
   * record, does not have.
   */
  public static <T> T read(String learner, ObjectNode config, Class<T> type) {
    try {
      return Json.mapper().treeToValue(config, type);
    } catch (JacksonException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      throw BadInputException.at(learner, "its hyperparameters", e.getOriginalMessage());
    }
  }

  /** Requires a number from {@code low} to {@code high}. */
  public void range(String name, @Nullable Number value, double low, double high, String expected) {
    if (value != null && !(value.doubleValue() >= low && value.doubleValue() <= high)) {
      throw BadInputException.at(learner + ", " + name, expected, value);
    }
  }

  /** Requires one of some words. */
  public void choice(String name, @Nullable String value, List<String> known) {
    if (value != null && !known.contains(value)) {
      throw BadInputException.at(learner + ", " + name, "one of " + known, value);
    }
  }
}
