package dev.whence.learn;

import dev.whence.base.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * A learner whose hyperparameters are a record.
 *
 * @param <C> type of the record
 */
public abstract class ConfiguredLearner<C> implements Learner {

  /** The hyperparameters, with defaults filled in. */
  protected final C config;

  private final String name;

  /** Makes a learner with the given name and hyperparameters. */
  protected ConfiguredLearner(String name, C config) {
    this.name = name;
    this.config = config;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final ObjectNode config() {
    return Json.mapper().valueToTree(config);
  }
}
