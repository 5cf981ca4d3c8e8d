package dev.whence.learn;

import dev.whence.data.BadInputException;
import dev.whence.store.Json;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes learners of one name; found by {@link ServiceLoader}, so that a module or a user's jar can
 * add one.
 */
public interface LearnerFactory {

  /** Returns the name by which configurations call the learner. */
  String name();

  /** Returns one line on what it is, for help. */
  String description();

  /** Returns the learner with the given hyperparameters; those not given get their defaults. */
  Learner create(ObjectNode config);

  /**
   * Returns the hyperparameters that {@code config} gives, or refuses one that {@code type}, a
   * record, does not have.
   */
  default <T> T read(ObjectNode config, Class<T> type) {
    try {
      return Json.mapper().treeToValue(config, type);
    } catch (JacksonException e) {
      if (e.getCause() instanceof BadInputException refused) {
        throw refused;
      }
      throw BadInputException.at(
          "learner " + name(), "its hyperparameters", e.getOriginalMessage());
    }
  }

  /** Returns every factory there is, in the order of their names. */
  static List<LearnerFactory> all() {
    return ServiceLoader.load(LearnerFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(LearnerFactory::name))
        .toList();
  }

  /** Returns the factory with the given name. */
  static LearnerFactory of(String name) {
    Stream<LearnerFactory> matching = all().stream().filter(f -> f.name().equals(name));
    return matching
        .findFirst()
        .orElseThrow(
            () ->
                BadInputException.at(
                    "learner",
                    "one of " + all().stream().map(LearnerFactory::name).toList(),
                    name));
  }
}
