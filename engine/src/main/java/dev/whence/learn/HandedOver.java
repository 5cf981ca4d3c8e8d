package dev.whence.learn;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Relabelling;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * A learner that a Java program hands over as code. A study remembers its name, not its code: only
 * a program that hands over a learner of the same name can go on with the study.
 */
@Api
public final class HandedOver extends ConfiguredLearner<HandedOver.Config> {

  /** The name under which a manifest has learners that were handed over. */
  static final String NAME = "handed-over";

  private static final Map<String, Run> KNOWN = new ConcurrentHashMap<>();

  /** Trains one model. */
  @FunctionalInterface
  public interface Run {

    /**
     * Trains a model on a subset of S and applies it to every target; called by several threads at
     * once. A run that throws an exception is tried again, then another takes its place.
     *
     * @param subset examples of the subset, under the labels of this run
     * @param targets sets of examples to apply the model to
     * @param key names the random numbers of this run; all that differs between runs on the same
     *     subset must come from it
     * @return for each set of targets its logits [rows, classes], or predictions [rows], row-major
     */
    float[][] train(Dataset subset, List<Features> targets, Key key);
  }

  /**
   * What a study remembers.
   *
   * @param name of the learner
   */
  public record Config(String name) {}

  private final Run run;

  private HandedOver(Config config, Run run) {
    super(NAME, config);
    this.run = run;
  }

  /**
   * Hands over a learner to this JVM.
   *
   * @param name by which studies remember it; a learner of the same name is replaced
   */
  public static HandedOver of(String name, Run run) {
    if (name.isBlank()) {
      throw BadInputException.at("learner", "a name", "none");
    }
    KNOWN.put(name, Objects.requireNonNull(run));
    return new HandedOver(new Config(name), run);
  }

  /** Finds what was handed over. */
  static final class Factory implements LearnerFactory {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "a learner that a Java program hands over";
    }

    @Override
    public Class<? extends Record> settings() {
      return Config.class;
    }

    @Override
    public Learner create(ObjectNode config) {
      Config wanted = read(config, new Config(""));
      Run known = KNOWN.get(wanted.name());
      if (known == null) {
        throw BadInputException.at(
            "learner '%s'".formatted(wanted.name()),
            "a program that hands it over, as the one that made the study did (docs/java.md)",
            "none");
      }
      return new HandedOver(wanted, known);
    }
  }

  /** An exception of the program's code is a run that failed. */
  private float[][] trained(Dataset subset, List<Features> targets, Key key) {
    try {
      return Objects.requireNonNullElse(run.train(subset, targets, key), new float[0][]);
    } catch (FailedRunException | BadInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FailedRunException("learner '%s': %s".formatted(config.name(), e));
    }
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    return new Trainer() {
      @Override
      public int outputs() {
        return train.labels().outputs();
      }

      @Override
      public float[][] run(int[] members, Relabelling changed, Key key) {
        Dataset subset =
            new Dataset(
                train.features().select(members), changed.apply(train.labels()).select(members));
        float[][] outputs = trained(subset, targets, key);
        if (outputs.length != targets.size()) {
          throw BadInputException.at(
              "learner '%s'".formatted(config.name()),
              "outputs for each of %d sets of targets".formatted(targets.size()),
              outputs.length);
        }
        for (int s = 0; s < outputs.length; s++) {
          long expected = (long) targets.get(s).rows() * outputs();
          if (outputs[s] == null || outputs[s].length != expected) {
            throw BadInputException.at(
                "learner '%s'".formatted(config.name()),
                "%d targets of %d outputs".formatted(targets.get(s).rows(), outputs()),
                outputs[s] == null ? "nothing" : "%d numbers".formatted(outputs[s].length));
          }
        }
        return outputs;
      }
    };
  }
}
