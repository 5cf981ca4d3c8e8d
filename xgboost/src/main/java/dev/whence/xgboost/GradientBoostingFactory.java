package dev.whence.xgboost;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes learners called gradient-boosting. */
public final class GradientBoostingFactory implements LearnerFactory {

  @Override
  public String name() {
    return "gradient-boosting";
  }

  @Override
  public String description() {
    return "gradient boosting by XGBoost";
  }

  @Override
  public Class<? extends Record> settings() {
    return TreesConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return new Trees(name(), false, read(config, TreesConfig.BOOSTING));
  }
}
