package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.design.Design;
import dev.whence.design.Units;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.Learner;
import dev.whence.learn.Trainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains any run of a recipe: a pure function of the recipe, the dataset and the row. Opened once
 * in each JVM that trains; safe for use by several threads.
 */
@Api
public final class Runner implements AutoCloseable {

  private final RunPlan plan;
  private final Units units;
  private final Design design;
  private final Trainer trainer;
  private final List<Dataset> targets;
  private final List<Output> outputs;
  private final int values;

  /** Prepares the learner, and checks the recipe against the dataset. */
  public Runner(Job job) {
    RunRecipe recipe = job.recipe();
    Dataset train = job.data().train();
    plan = recipe.plan();
    units = Targets.units(recipe.manifest(), train);
    design = recipe.design(train);
    targets = Targets.sets(job.data(), recipe.manifest().trained().data().trainTargets());
    Learner learner = recipe.learner();
    outputs = recipe.outputs(learner, train.labels());
    values = recipe.manifest().targets();
    trainer =
        learner.prepare(train, targets.stream().map(Dataset::features).toList(), job.workplace());
  }

  /** Returns the trainer of the runs. */
  Trainer trainer() {
    return trainer;
  }

  /**
   * Returns the run of a row.
   *
   * @param spare whether to return the run that takes the row's place when the row's own run fails
   */
  RunSpec spec(long row, boolean spare) {
    return plan.spec(design, row, spare);
  }

  /** Returns the examples that a run is trained on, increasing. */
  int[] members(RunSpec run) {
    return units.members(run.subset());
  }

  /**
   * Trains the run of a row. A run that fails is tried again; if the second attempt fails too, the
   * plan's spare run takes its place.
   */
  public RunResult run(long row) {
    RunSpec own = spec(row, false);
    String reason = "";
    for (RunSpec spec : new RunSpec[] {own, own, spec(row, true)}) {
      try {
        Map<String, float[]> found = train(spec);
        return new RunResult(
            spec.subset(), found, spec == own ? null : new SkippedRuns.Skipped(row, reason));
      } catch (FailedRunException e) {
        reason = String.valueOf(e.getMessage());
      }
    }
    throw new FailedRunException("run %d, and the one in its place: %s".formatted(row, reason));
  }

  /**
   * Trains a run and returns each recorded output's values: [targets], logits [targets, classes].
   */
  Map<String, float[]> train(RunSpec run) {
    float[][] logits = trainer.run(members(run), run.changed(), run.key());
    for (float[] set : logits) {
      requireFinite("output", set);
    }
    Map<String, float[]> found = new LinkedHashMap<>();
    for (Output output : outputs) {
      found.put(output.label(), values(output, logits));
      requireFinite(output.label(), found.get(output.label()));
    }
    return found;
  }

  private static void requireFinite(String what, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FailedRunException(
            "the model's %s is %s (a lower learning rate may help)".formatted(what, value));
      }
    }
  }

  private float[] values(Output output, float[][] logits) {
    int k = trainer.outputs();
    int width = output == Output.LOGITS ? k : 1;
    float[] found = new float[Math.multiplyExact(values, width)];
    int at = 0;
    for (int s = 0; s < logits.length; s++) {
      Labels labels = targets.get(s).labels();
      for (int i = 0; i < labels.rows(); i++) {
        if (output == Output.LOGITS) {
          System.arraycopy(logits[s], i * k, found, at, k);
          at += k;
        } else {
          found[at++] =
              switch (labels) {
                case Labels.Classes classes -> output.of(logits[s], i * k, k, classes.values()[i]);
                case Labels.Reals reals -> output.ofReal(logits[s][i], reals.values()[i]);
              };
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
