package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** What {@code --set KEY=VALUE} says. */
final class Settings {

  private Settings() {}

  /** Returns the settings as JSON; a bare word is a string. */
  static ObjectNode parse(Map<String, String> settings) {
    ObjectNode node = Json.mapper().createObjectNode();
    settings.forEach(
        (key, value) -> {
          boolean word = value.matches("[A-Za-z][\\w-]*") && !value.matches("true|false|null");
          if (word || value.matches("[^\\[{\"]*/.*")) { // or a path
            node.put(key, value);
            return;
          }
          try {
            node.set(key, Json.mapper().readTree(value));
          } catch (JacksonException e) {
            throw BadInputException.at(
                "--set " + key, "a number, a word or a list such as [64,32]", value);
          }
        });
    return node;
  }
}
