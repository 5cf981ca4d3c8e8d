package dev.whence.learn;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
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

  /**
   * Returns a service that is here, or one of what can be fetched.
   *
   * @param wanted which of the services will do
   * @param offers which libraries have it
   * @param name that {@link #fetch} knows it by
   */
  static <T> Optional<T> find(
      Class<T> service, Predicate<T> wanted, Predicate<OptionalLibraries> offers, String name) {
    return find(ServiceLoader.load(service), wanted)
        .or(
            () ->
                all()
                    .filter(offers)
                    .map(libraries -> ServiceLoader.load(service, libraries.fetch(name)))
                    .flatMap(fetched -> find(fetched, wanted).stream())
                    .findFirst());
  }

  private static <T> Optional<T> find(ServiceLoader<T> services, Predicate<T> wanted) {
    return services.stream().map(ServiceLoader.Provider::get).filter(wanted).findFirst();
  }
}
