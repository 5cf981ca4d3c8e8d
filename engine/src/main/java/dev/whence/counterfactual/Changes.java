package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.design.Units;
import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.pool.Targets;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The interventions on sets of units of a study. A target in S is itself left out of its
 * interventions (Ilyas et al. 2022, eq. 9).
 */
final class Changes {

  private final Interventions models;
  private final int[] unitOfTarget;
  private final Units units;
  private int @Nullable [] runnerUps;

  Changes(Study study, Interventions models) {
    this.models = models;
    unitOfTarget = models.unitOfTarget();
    units = Targets.units(study.manifest(), models.data().train());
  }

  /** Returns what a target's changes are compared with: S, without the target's own unit. */
  Intervention control(int target) {
    return Intervention.NONE.without(unitOfTarget[target]);
  }

  /** Returns the removal of units. */
  Intervention remove(int target, int[] set) {
    return Intervention.remove(set).without(unitOfTarget[target]);
  }

  /**
   * Returns the models that targets' changes are compared with.
   *
   * @param whole number of models of the whole of S
   * @param own number of models without a target's own unit
   */
  List<Interventions.Wanted> controls(int[] targets, int whole, int own) {
    List<Interventions.Wanted> wanted = new ArrayList<>();
    for (int t : targets) {
      Intervention control = control(t);
      wanted.add(new Interventions.Wanted(control, control.isNone() ? whole : own));
    }
    return wanted;
  }

  /** Returns the classes of which no example is left when units are taken out. */
  List<String> vanishing(int[] removed) {
    if (!(models.data().train().labels() instanceof Labels.Classes classes)) {
      return List.of();
    }
    boolean[] out = new boolean[units.count()];
    IntStream.of(removed).forEach(j -> out[j] = true);
    int[] all = new int[classes.count()];
    int[] left = new int[classes.count()];
    for (int i = 0; i < classes.rows(); i++) {
      all[classes.values()[i]]++;
      left[classes.values()[i]] += out[units.ofExample()[i]] ? 0 : 1;
    }
    return IntStream.range(0, all.length)
        .filter(c -> all[c] > 0 && left[c] == 0)
        .mapToObj(classes.names()::get)
        .toList();
  }

  /**
   * Returns the change of the class of all examples of units.
   *
   * @param to the new class; −1 for the target's runner-up, which {@link #readRunnerUps} must have
   *     read
   */
  Intervention relabel(int target, int[] set, int to) {
    int[] best = runnerUps;
    if (to < 0 && best == null) {
      throw new IllegalStateException("runner-up classes are not read");
    }
    int label = to < 0 && best != null ? best[target] : to;
    boolean[] in = new boolean[units.count()];
    IntStream.of(set).forEach(j -> in[j] = true);
    int[] values = classes().values();
    int[] examples =
        IntStream.range(0, values.length)
            .filter(i -> in[units.ofExample()[i]] && values[i] != label)
            .toArray();
    int[] labels = IntStream.of(examples).map(_ -> label).toArray();
    return new Intervention(new int[0], new Relabelling(examples, labels), false)
        .without(unitOfTarget[target]);
  }

  private Labels.Classes classes() {
    if (models.data().train().labels() instanceof Labels.Classes classes) {
      return classes;
    }
    throw BadInputException.at("relabel", "labels that are classes", "real labels");
  }

  /**
   * Reads each target's runner-up, the wrong class with the highest mean logit of the models of the
   * whole of S (App. F.4).
   *
   * @param count number of these models to average over
   */
  void readRunnerUps(int count) throws IOException {
    double[][] logits = models.meanLogits(count, classes().count());
    int[] labels = models.labelsOfTargets();
    int[] best = new int[logits.length];
    for (int t = 0; t < best.length; t++) {
      best[t] = labels[t] == 0 ? 1 : 0;
      for (int c = 0; c < logits[t].length; c++) {
        best[t] = c != labels[t] && logits[t][c] > logits[t][best[t]] ? c : best[t];
      }
    }
    runnerUps = best;
  }

  /** Returns the name of a class. */
  String className(int label) {
    return classes().names().get(label);
  }

  /** Returns the class that models of the whole of S give most weight to but the target's own. */
  int runnerUp(int target) {
    int[] best = runnerUps;
    if (best == null) {
      throw new IllegalStateException("runner-up classes are not read");
    }
    return best[target];
  }
}
