package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes learners of one name; found by {@link ServiceLoader}, so that a module or a user's jar can
 * add a learner.
 */
@Api
public interface LearnerFactory {

  /** Returns the name by which configurations call the learner. */
  String name();

  /** Returns one line that describes the learner, for help. */
  String description();

  /**
   * Returns the record of the learner's hyperparameters, its components marked by {@link Setting}.
   */
  Class<? extends Record> settings();

  /**
   * Returns the learner with the given hyperparameters; hyperparameters that are not given get
   * their defaults.
   */
  Learner create(ObjectNode config);

  /**
   * Returns the learner of a study's {@code config} with the present files of the learner: where
   * files of which the learner consists have changed, the manifest records the present files from
   * then on.
   */
  default Learner renew(ObjectNode config) {
    return create(config);
  }

  /**
   * Returns {@code defaults} with the hyperparameters that {@code config} gives put over them;
   * refuses a hyperparameter that the record does not have.
   */
  default <T extends Record> T read(ObjectNode config, T defaults) {
    return Hyperparameters.read("learner " + name(), config, defaults);
  }

  /**
   * Returns the name of every learner on the class path or for download, and one line that
   * describes the learner.
   */
  static SortedMap<String, String> known() {
    SortedMap<String, String> known = new TreeMap<>();
    OptionalLibraries.all().forEach(libraries -> known.putAll(libraries.learners()));
    ServiceLoader.load(LearnerFactory.class).forEach(f -> known.put(f.name(), f.description()));
    return known;
  }

  /** Returns the factory with the given name; downloads its library on first use. */
  static LearnerFactory of(String name) {
    if (name.equals(HandedOver.NAME)) {
      return new HandedOver.Factory();
    }
    return OptionalLibraries.find(
            LearnerFactory.class,
            factory -> factory.name().equals(name),
            libraries -> libraries.learners().containsKey(name),
            name)
        .orElseThrow(() -> BadInputException.unknown("learner", known().keySet(), name));
  }
}
