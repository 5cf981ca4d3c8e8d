package dev.whence.counterfactual;

import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One output of models that were trained, as samples of a target. */
final class Outcomes {

  private final Study study;
  private final String output;
  private final Interventions models;
  private float @Nullable [] pool;
  private byte[] masks = new byte[0];

  Outcomes(Study study, String output, Interventions models) {
    this.study = study;
    this.output = output;
    this.models = models;
  }

  /** Returns the outputs on a target of models from … from + count − 1 of an intervention. */
  double[] of(Intervention change, int from, int count, int target) throws IOException {
    return models.outputs(change, from, count, output, target);
  }

  /** Returns the sample of all models that there are of an intervention; null of less than two. */
  @Nullable Sample all(Intervention change, int target) throws IOException {
    int count = models.models(change);
    return count < 2 ? null : Sample.of(of(change, 0, count, target));
  }

  /** Returns the sample of the pool's runs that lack {@code unit}; −1 for all runs. */
  Sample pool(int target, int unit) throws IOException {
    RunStore store = RunStore.open(study.pool().runs(), List.of(output));
    int runs = store.doneRuns();
    if (pool == null) {
      pool = store.outputs(output, runs);
      masks = store.masks(runs);
    }
    float[] all = Objects.requireNonNull(pool);
    int n = all.length / runs;
    int bytes = masks.length / runs;
    return Sample.of(
        IntStream.range(0, runs)
            .filter(i -> unit < 0 || (masks[i * bytes + (unit >> 3)] >> (unit & 7) & 1) == 0)
            .mapToDouble(i -> all[i * n + target])
            .toArray());
  }
}
