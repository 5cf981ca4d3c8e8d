package dev.whence.app;

import dev.whence.learn.OptionalLearners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Learners in modules of Whence that are built when one is asked for. */
public final class ModuleLearners implements OptionalLearners {

  /** A module, what its library is called, and what its learners are. */
  private record Library(String module, String what, String learner) {}

  private static final Map<String, Library> LIBRARIES =
      Map.of(
          "torch",
          new Library("torch", "LibTorch (112 MB)", "deep networks on LibTorch"),
          "gradient-boosting",
          new Library("xgboost", "XGBoost (17 MB)", "gradient boosting by XGBoost"),
          "random-forest",
          new Library("xgboost", "XGBoost (17 MB)", "random forest by XGBoost"));

  @Override
  public Map<String, String> known() {
    Map<String, String> known = new TreeMap<>();
    LIBRARIES.forEach(
        (name, library) ->
            known.put(
                name, "%s; %s comes when first used".formatted(library.learner, library.what)));
    return known;
  }

  @Override
  public ClassLoader fetch(String name) {
    Library library = Objects.requireNonNull(LIBRARIES.get(name), name);
    try {
      return OptionalStack.module(library.module, library.what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
