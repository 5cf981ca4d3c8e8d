package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.Json;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.design.Design;
import dev.whence.design.Mask;
import dev.whence.design.SelectedUnits;
import dev.whence.design.Units;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.store.Manifest;
import dev.whence.store.PoolSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that runs are made from, besides the dataset: a value that travels as JSON.
 *
 * @param manifest of the study: learner, units, targets, outputs
 * @param plan which run each row is
 */
@Api
public record RunRecipe(Manifest manifest, RunPlan plan) {

  /** Returns the recipe as JSON. */
  public String json() {
    return Json.text(this);
  }

  /** Returns the recipe that {@code json} is the text of. */
  public static RunRecipe of(String json) {
    return Json.mapper().readValue(json, RunRecipe.class);
  }

  /** Returns the learner of the runs. */
  Learner learner() {
    return LearnerFactory.of(manifest.trained().learner().name())
        .create(manifest.trained().learner().config());
  }

  /** Returns what is recorded of each run of {@link #learner}. */
  List<Output> outputs(Learner learner, Labels labels) {
    return Output.parse(manifest.outputs(), Output.suitable(learner, labels));
  }

  /** Returns the distribution of the plan's subsets; of other plans that of the study's pool. */
  Design design(Dataset train) {
    PoolSpec pool =
        switch (plan) {
          case RunPlan.PoolRuns runs -> runs.pool();
          case RunPlan.Repeats repeats -> repeats.pool();
          case RunPlan.Whole _, RunPlan.Listed _ -> PoolSpec.of(manifest);
        };
    return design(pool, Targets.units(manifest, train), train.labels());
  }

  private static Design design(PoolSpec pool, Units units, Labels labels) {
    Design.Kind kind = Design.Kind.of(pool.design().kind());
    int[] strata = units.strata(labels);
    double alpha = pool.design().alpha();
    int[] vary = pool.vary();
    if (vary == null) {
      return Design.create(kind, units.count(), alpha, strata);
    }
    int[] some = strata.length == 0 ? strata : Arrays.stream(vary).map(j -> strata[j]).toArray();
    return new SelectedUnits(units.count(), vary, Design.create(kind, vary.length, alpha, some));
  }

  /** Returns the shape of one run's values of each output: [targets] or [targets, classes]. */
  Map<String, int[]> shapes(Labels labels) {
    Learner learner = learner();
    int values = learner.scalar() ? 1 : labels.outputs();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Output output : outputs(learner, labels)) {
      shapes.put(
          output.label(),
          output == Output.LOGITS
              ? new int[] {manifest.targets(), values}
              : new int[] {manifest.targets()});
    }
    return shapes;
  }

  /** Returns the bytes of a run's mask and outputs. */
  long bytesPerRun(Labels labels) {
    long bytes = Mask.bytes(manifest.units());
    for (int[] shape : shapes(labels).values()) {
      bytes += Float.BYTES * Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
    }
    return bytes;
  }
}
