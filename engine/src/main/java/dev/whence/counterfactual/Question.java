package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.data.Labels;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A change of the training set to ask about.
 *
 * @param action what is done to the set
 * @param set the units
 * @param to name of the class that relabelled examples get; null for each target's runner-up: the
 *     wrong class with the highest mean logit of models of the whole of S (Ilyas et al. 2022, App.
 *     F.4)
 * @param subsets whether models are trained on random subsets of what is left, and not on all of it
 *     (App. F.8)
 */
public record Question(Action action, UnitSet set, @Nullable String to, boolean subsets) {

  /** What is done to a set of units. */
  public enum Action {
    /** The set is taken out. */
    REMOVE,
    /** Everything but the set is taken out. */
    KEEP,
    /** The examples of the set get another class. */
    RELABEL;

    /** Returns the name in commands. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the question what happens without a set of units. */
  public static Question remove(UnitSet set) {
    return new Question(Action.REMOVE, set, null, false);
  }

  /** Returns the class that examples get; −1 for each target's runner-up. */
  int classOf(Labels labels) {
    if (!(labels instanceof Labels.Classes classes)) {
      throw BadInputException.at("relabel", "labels that are classes", "real labels");
    }
    if (to == null) {
      return -1;
    }
    int found = classes.names().indexOf(to);
    if (found < 0) {
      throw BadInputException.unknown("class", classes.names(), to);
    }
    return found;
  }
}
