package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Workers;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes executors of one name; found by {@link ServiceLoader}, so that a user's jar can add one.
 */
@Api
public interface ExecutorFactory {

  /** Returns the name by which commands call the executor. */
  String name();

  /** Returns one line on it, for help. */
  String description();

  /**
   * Returns an executor.
   *
   * @param workers threads of this process, for what is trained here
   */
  Executor create(Workers workers);

  /** Returns the name of every executor, and one line on it. */
  static SortedMap<String, String> known() {
    SortedMap<String, String> known = new TreeMap<>();
    ServiceLoader.load(ExecutorFactory.class).forEach(f -> known.put(f.name(), f.description()));
    return known;
  }

  /** Returns the factory with the given name. */
  static ExecutorFactory of(String name) {
    return ServiceLoader.load(ExecutorFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.name().equals(name))
        .findFirst()
        .orElseThrow(() -> BadInputException.unknown("executor", known().keySet(), name));
  }
}
