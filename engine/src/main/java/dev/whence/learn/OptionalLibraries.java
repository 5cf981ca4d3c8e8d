package dev.whence.learn;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Learners and backbones that are not on the class path but can be downloaded; found by {@link
 * ServiceLoader}.
 *
 * <p>A learner or backbone that needs a heavy native library is downloaded when it is first named.
 */
public interface OptionalLibraries {

  /** Returns the names of the learners and one line on each learner. */
  Map<String, String> learners();

  /** Returns the suffixes of the files of backbones, such as {@code .onnx}. */
  Set<String> backbones();

  /**
   * Returns a class loader with the classes of a learner, or with the classes that run a kind of
   * backbone; may take minutes.
   *
   * @param name of a learner, or suffix of a backbone's file
   */
  ClassLoader fetch(String name);

  /** Returns all optional libraries. */
  static Stream<OptionalLibraries> all() {
    return ServiceLoader.load(OptionalLibraries.class).stream().map(ServiceLoader.Provider::get);
  }

  /**
   * Returns a service on the class path, or else the first in the libraries that can be downloaded.
   *
   * @param wanted whether a service is the wanted service
   * @param offers whether libraries contain the wanted service
   * @param name of the learner or suffix for {@link #fetch}
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
