package dev.whence.learn;

import java.util.Map;
import java.util.ServiceLoader;

/**
 * Learners that are not on the class path, but can be had; found by {@link ServiceLoader}.
 *
 * <p>What needs a heavy native library comes the first time that a configuration names it.
 */
public interface OptionalLearners {

  /** Returns their names and one line on each. */
  Map<String, String> known();

  /** Returns the classes of the learner {@code name}, one of {@link #known}; may take minutes. */
  ClassLoader fetch(String name);
}
