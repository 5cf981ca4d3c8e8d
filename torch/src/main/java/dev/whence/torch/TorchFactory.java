package dev.whence.torch;

import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes learners on LibTorch. */
public final class TorchFactory implements LearnerFactory {

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public String description() {
    return "deep networks on LibTorch: resnet9, resnet18, mobilenet-v2, vit, swin-t and others";
  }

  @Override
  public Class<? extends Record> settings() {
    return TorchConfig.class;
  }

  @Override
  public Learner create(ObjectNode config) {
    return new TorchLearner(read(config, TorchConfig.base(config)));
  }
}
