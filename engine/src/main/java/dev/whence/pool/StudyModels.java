package dev.whence.pool;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import dev.whence.learn.DifferentiableTrainer;
import dev.whence.learn.Workplace;
import dev.whence.store.Manifest;
import dev.whence.store.PoolSpec;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Models of a study, trained again: their states, representations and gradients, which no pool
 * keeps.
 */
@Api
public final class StudyModels implements AutoCloseable {

  private final Manifest manifest;
  private final StudyPool pool;
  private final Split data;
  private final Runner runs;
  private final DifferentiableTrainer trainer;

  /** Reads a study's data; refuses one whose learner has no gradients. */
  public StudyModels(Study study) throws IOException {
    manifest = study.manifest();
    pool = study.pool();
    PoolSpec spec = pool.spec();
    if (spec == null) {
      throw BadInputException.at(study.folder(), "a study with a learner", "imported runs");
    }
    data = study.data();
    RunRecipe recipe = new RunRecipe(manifest, new RunPlan.PoolRuns(spec));
    runs = new Runner(new Job(recipe, data, Workplace.of(study.folder())));
    if (!(runs.trainer() instanceof DifferentiableTrainer differentiable)) {
      throw BadInputException.at(
          study.folder(),
          "a learner with gradients (softmax, mlp, cnn, torch)",
          manifest.trained().learner().name());
    }
    trainer = differentiable;
  }

  /** Returns the trainer of the study's models. */
  public DifferentiableTrainer trainer() {
    return trainer;
  }

  /** Returns S. */
  public Dataset train() {
    return data.train();
  }

  /** Returns the targets, in the order of the pool's outputs, in their sets. */
  public List<Dataset> targets() {
    return Targets.sets(data, manifest.trained().data().trainTargets());
  }

  /**
   * Returns the model of a row of the pool after each of {@code epochs}. {@code row} may lie beyond
   * the trained pool: the model is trained again from the manifest.
   */
  public List<float[]> ofRun(long row, int[] epochs) throws IOException {
    boolean skipped = SkippedRuns.of(pool.runs()).runs().stream().anyMatch(r -> r.row() == row);
    RunSpec run = runs.spec(row, skipped);
    return trainer.states(runs.members(run), run.changed(), run.key(), epochs);
  }

  /** Returns the {@code index}-th model of the whole of S after each of {@code epochs}. */
  public List<float[]> ofWhole(long index, int[] epochs) {
    Key key = new Key(manifest.seed(), Purpose.WHOLE_TRAINING, index);
    return trainer.states(IntStream.range(0, data.train().rows()).toArray(), key, epochs);
  }

  /**
   * Returns the derivative of an output for examples with the given labels.
   *
   * @param name of the output, or none for the study's first
   */
  public OutputGradient gradientOf(String name, Labels labels) {
    String wanted = name.isEmpty() ? manifest.outputs().getFirst() : name;
    List<Output> suitable = Output.suitable(labels);
    return OutputGradients.of(Output.parse(List.of(wanted), suitable).getFirst(), labels);
  }

  @Override
  public void close() {
    runs.close();
  }
}
