package dev.whence.learn;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Learners and backbones that are not on the class path, but can be had; found by {@link
 * ServiceLoader}.
 *
 * <p>What needs a heavy native library comes the first time that something names it.
 */
public interface OptionalLibraries {

  /** Returns the learners' names and one line on each. */
  Map<String, String> learners();

  /** Returns how files of backbones that can be run end, such as {@code .onnx}. */
  Set<String> backbones();

  /** Returns the classes of a learner, or of what runs backbones; may take minutes. */
  ClassLoader fetch(String name);

  /** Returns all there are. */
  static Stream<OptionalLibraries> all() {
    return ServiceLoader.load(OptionalLibraries.class).stream().map(ServiceLoader.Provider::get);
  }
}
