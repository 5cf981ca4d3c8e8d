package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.pool.Executor;
import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.pool.Targets;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers a {@link Question} for targets of a study: by datamodels, and by training again (Ilyas et
 * al. 2022, §4.1.2 and Alg. A.2).
 */
public final class WhatIf {

  private final Study study;
  private final Question question;
  private final UnitOrder order;
  private final int[] unitOfTarget;
  private final Map<Integer, int[]> sets = new HashMap<>();
  private final @Nullable ChangePredictor predictor;
  private final @Nullable Interventions models;
  private final @Nullable Changes changes;
  private final @Nullable Outcomes outcomes;

  /**
   * @param ranking scores that choose sets; null where the question's set needs none
   * @param datamodels fit that predicts; null for no predictions
   * @param models models that verify; null for predictions alone, of imported runs
   */
  public WhatIf(
      Study study,
      Question question,
      @Nullable NamedScores ranking,
      @Nullable NamedScores datamodels,
      @Nullable Interventions models)
      throws IOException {
    this.study = study;
    this.question = question;
    this.models = models;
    String output = datamodels == null ? study.manifest().output(null) : datamodels.output();
    order = new UnitOrder(study, ranking);
    unitOfTarget = Targets.of(study).units();
    predictor =
        datamodels == null || datamodels.fit() == null
            ? null
            : new ChangePredictor(study, datamodels, Counterfactuals.correction(study, datamodels));
    changes = models == null ? null : new Changes(study, models);
    outcomes = models == null ? null : new Outcomes(study, output, models);
  }

  /** Returns the units of the question's set for a target, increasing. */
  public int[] units(int target) throws IOException {
    int[] known = sets.get(target);
    if (known == null) {
      known = order.units(question.set(), target);
      sets.put(target, known);
    }
    return known;
  }

  /**
   * Returns the classes of which the question leaves no example to train on, for a target. A
   * datamodel has seen no subset like it.
   */
  public List<String> vanishing(int target) throws IOException {
    return changes == null || question.action() == Question.Action.RELABEL
        ? List.of()
        : changes.vanishing(removed(target));
  }

  /** Returns the mean output before the change; null where no models give it yet. */
  public @Nullable Double outputBefore(int target) throws IOException {
    Sample before = before(target);
    return before == null ? null : before.mean();
  }

  /** Returns whether predictions are corrected by what retraining of this study has shown. */
  public boolean corrected() {
    return predictor != null && predictor.isCorrected() && !question.subsets();
  }

  /** Returns the answers without training, with the models that there are already. */
  public List<Answer> predict(int[] targets) throws IOException {
    if (predictor == null || question.action() == Question.Action.RELABEL) {
      throw BadInputException.at(
          question.action().label(),
          "models to measure it by (--verify K): datamodels that predict it",
          "none");
    }
    List<Answer> answers = new ArrayList<>();
    for (int target : targets) {
      answers.add(answer(target, before(target), null));
    }
    return answers;
  }

  private Answer answer(int target, @Nullable Sample before, Answer.@Nullable Measured measured)
      throws IOException {
    Prediction change = change(target, before);
    if (change == null) {
      return Answer.of(target, null, null, measured);
    }
    Prediction level =
        before == null
            ? Objects.requireNonNull(predictor).whole(target)
            : new Prediction(before.mean(), Math.sqrt(before.error()));
    return Answer.of(target, change.interval(), level.plus(change).interval(), measured);
  }

  /** Returns the units that the question takes out for a target. */
  private int[] removed(int target) throws IOException {
    int[] set = units(target);
    boolean[] in = new boolean[study.manifest().units()];
    IntStream.of(set).forEach(j -> in[j] = true);
    boolean remove = question.action() == Question.Action.REMOVE;
    int own = unitOfTarget[target];
    int[] removed =
        IntStream.range(0, in.length).filter(j -> in[j] == remove && j != own).toArray();
    if (removed.length + (own < 0 ? 0 : 1) >= in.length) {
      throw BadInputException.at(
          "%s %s".formatted(question.action().label(), question.set().text()),
          "units left to train on, for target " + target,
          "none");
    }
    return removed;
  }

  /** Returns the predicted change; null of relabelling, on which datamodels are silent. */
  private @Nullable Prediction change(int target, @Nullable Sample before) throws IOException {
    if (predictor == null || question.action() == Question.Action.RELABEL) {
      return null;
    }
    return question.subsets()
        ? predictor.changeOfSubsets(target, removed(target))
        : predictor.change(target, removed(target), before == null ? null : before.mean());
  }

  /** Returns the outputs before the change; null where no models give them yet. */
  private @Nullable Sample before(int target) throws IOException {
    if (outcomes == null || changes == null) {
      return null;
    }
    return question.subsets()
        ? outcomes.pool(target, unitOfTarget[target])
        : outcomes.all(changes.control(target), target);
  }

  private Intervention intervention(int target) throws IOException {
    Changes made = Objects.requireNonNull(changes);
    Intervention change =
        question.action() == Question.Action.RELABEL
            ? made.relabel(
                target,
                units(target),
                question.classOf(Objects.requireNonNull(models).data().train().labels()))
            : made.remove(target, removed(target));
    return question.subsets() ? change.onSubsets() : change;
  }

  private boolean needsRunnerUps() {
    return question.action() == Question.Action.RELABEL && question.to() == null;
  }

  private Interventions requireModels() {
    if (models == null) {
      throw BadInputException.at(
          study.folder(), "a study that trains its own models", "imported runs");
    }
    return models;
  }

  private List<Interventions.Wanted> controls(int[] targets, int count, int controls) {
    List<Interventions.Wanted> wanted = new ArrayList<>();
    if (needsRunnerUps()) {
      wanted.add(new Interventions.Wanted(Intervention.NONE, controls));
    }
    if (!question.subsets()) {
      wanted.addAll(Objects.requireNonNull(changes).controls(targets, controls, count));
    }
    return wanted;
  }

  private List<Interventions.Wanted> changed(int[] targets, int count) throws IOException {
    List<Interventions.Wanted> wanted = new ArrayList<>();
    for (int t : targets) {
      wanted.add(new Interventions.Wanted(intervention(t), count));
    }
    return wanted;
  }

  /** Returns how many models {@link #verify} would train. */
  public int missing(int[] targets, int count, int controls) throws IOException {
    Interventions trained = requireModels();
    List<Interventions.Wanted> wanted = controls(targets, count, controls);
    if (needsRunnerUps() && trained.models(Intervention.NONE) < controls) {
      return trained.missing(wanted) + Math.multiplyExact(targets.length, count);
    }
    readRunnerUps(controls);
    wanted.addAll(changed(targets, count));
    return trained.missing(wanted);
  }

  private void readRunnerUps(int controls) throws IOException {
    if (needsRunnerUps()) {
      Objects.requireNonNull(changes).readRunnerUps(controls);
    }
  }

  /**
   * Returns the answers, verified by training.
   *
   * @param count number of models after the change, for each target
   * @param controls number of models of the whole of S, shared by all questions
   * @param purpose what the models are locked for, such as "whence whatif"
   */
  public List<Answer> verify(
      int[] targets, int count, int controls, Executor executor, Progress progress, String purpose)
      throws IOException {
    Interventions trained = requireModels();
    trained.train(controls(targets, count, controls), executor, progress, purpose);
    readRunnerUps(controls);
    trained.train(changed(targets, count), executor, progress, purpose);
    List<Answer> answers = new ArrayList<>();
    for (int t : targets) {
      double[] after = Objects.requireNonNull(outcomes).of(intervention(t), 0, count, t);
      Sample before = Objects.requireNonNull(before(t));
      answers.add(answer(t, before, Sample.of(after).since(before)));
    }
    return answers;
  }
}
