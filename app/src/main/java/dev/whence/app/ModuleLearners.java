package dev.whence.app;

import dev.whence.learn.OptionalLearners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Learners in modules of Whence that are built when one is asked for. */
public final class ModuleLearners implements OptionalLearners {

  @Override
  public Map<String, String> known() {
    return Map.of("torch", "deep networks on LibTorch (112 MB, fetched when first used)");
  }

  @Override
  public ClassLoader fetch(String name) {
    try {
      return OptionalStack.module(name, "LibTorch, 112 MB,");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
