package dev.whence.app.stack;

import dev.whence.learn.OptionalLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Modules of Whence that are built, and their native libraries fetched, when they are asked for.
 */
public final class ModuleLibraries implements OptionalLibraries {

  private static final Map<String, String> MODULES =
      Map.of(
          "torch", "LibTorch (112 MB)",
          "xgboost", "XGBoost (16 MB)",
          "onnx", "ONNX Runtime (43 MB)");

  private static final Map<String, String> USES =
      Map.of(
          "torch", "torch",
          "gradient-boosting", "xgboost",
          "random-forest", "xgboost",
          ".pt", "torch",
          ".onnx", "onnx");

  @Override
  public Map<String, String> learners() {
    return Map.of(
        "torch", "deep networks on LibTorch, fetched when first used",
        "gradient-boosting", "gradient boosting by XGBoost, fetched when first used",
        "random-forest", "random forest by XGBoost, fetched when first used");
  }

  @Override
  public Set<String> backbones() {
    return Set.of(".pt", ".onnx");
  }

  @Override
  public ClassLoader fetch(String name) {
    String module = Objects.requireNonNull(USES.get(name), name);
    try {
      return OptionalStack.module(module, Objects.requireNonNull(MODULES.get(module)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
