package dev.whence.attribute;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.learn.Hyperparameters;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import tools.jackson.databind.node.ObjectNode;

/** The methods that there are: those of this program, and those of jars of a user's. */
public final class Attributors {

  private Attributors() {}

  /** Returns every method with its defaults, by name. */
  public static List<Attributor> all() {
    return ServiceLoader.load(Attributor.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Attributor::name))
        .toList();
  }

  /** Returns the method with the given name and settings; refuses settings that it has not. */
  public static Attributor of(String name, ObjectNode settings) {
    Attributor defaults =
        all().stream()
            .filter(a -> a.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    BadInputException.unknown(
                        "method", all().stream().map(Attributor::name).toList(), name));
    return (Attributor) Hyperparameters.read("method " + name, settings, (Record) defaults);
  }

  /** Returns all settings of a method. */
  public static ObjectNode settings(Attributor method) {
    return Json.mapper().valueToTree(method);
  }
}
