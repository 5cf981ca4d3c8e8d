package dev.whence.learn;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.data.Features;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trains a network on pictures without labels and embeds pictures with it; found by {@link
 * java.util.ServiceLoader}.
 */
public interface SelfSupervision {

  /**
   * Trains on {@code train} and returns the embeddings of each of {@code sets}: [rows, values].
   *
   * @param config method, architecture and hyperparameters; hyperparameters left out get their
   *     defaults
   * @param progress receives every minibatch
   */
  List<float[]> embed(Features train, List<Features> sets, ObjectNode config, Progress progress);

  /** Returns the implementation; downloads its library on first use. */
  static SelfSupervision load() {
    return OptionalLibraries.find(
            SelfSupervision.class,
            any -> true,
            libraries -> libraries.learners().containsKey("torch"),
            "torch")
        .orElseThrow(() -> BadInputException.at("self-supervision", "the module torch", "none"));
  }
}
