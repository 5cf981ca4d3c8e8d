package dev.whence.xgboost;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes learners called random-forest. */
public final class RandomForestFactory implements LearnerFactory {

  @Override
  public String name() {
    return "random-forest";
  }

  @Override
  public String description() {
    return "random forest by XGBoost: trees on random parts of examples and features";
  }

  @Override
  public Class<? extends Record> settings() {
    return TreesConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return new Trees(name(), true, read(config, TreesConfig.FOREST));
  }
}
