package dev.whence.learn.process;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@link ProcessLearner}s. */
public final class ProcessFactory implements LearnerFactory {

  @Override
  public String name() {
    return "process";
  }

  @Override
  public String description() {
    return "any program that trains, in any language (Python: see docs/python.md)";
  }

  @Override
  public Class<? extends Record> settings() {
    return ProcessConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return new ProcessLearner(read(config, ProcessConfig.DEFAULTS).complete());
  }

  @Override
  public Learner renew(ObjectNode config) {
    return new ProcessLearner(read(config, ProcessConfig.DEFAULTS).renewed());
  }
}
