package dev.whence.attribute;

import dev.whence.base.Api;
import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.data.Split;
import dev.whence.learn.DifferentiableModel;
import dev.whence.pool.StudyModels;
import dev.whence.pool.Targets;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A study whose examples are scored: its data, and models of it that are trained again. */
@Api
public final class AttributionTask implements AutoCloseable {

  /** Examples that pass a model together. */
  private static final int PART = 256;

  private final Study study;
  private final String output;
  private final Workers workers;
  private final Split data;
  private @Nullable StudyModels models;
  private int trained;

  /**
   * @param output name of the recorded output that is explained
   */
  public AttributionTask(Study study, String output, Workers workers) throws IOException {
    this.study = study;
    this.output = output;
    this.workers = workers;
    data = study.data();
  }

  /** Returns the study. */
  public Study study() {
    return study;
  }

  /** Returns the name of the output that is explained. */
  public String output() {
    return output;
  }

  /** Returns the threads. */
  public Workers workers() {
    return workers;
  }

  /** Returns S. */
  public Dataset train() {
    return data.train();
  }

  /** Returns the sets of examples that are targets, in order. */
  public List<Dataset> targets() {
    Manifest.Training training = study.manifest().training();
    return Targets.sets(data, training != null && training.data().trainTargets());
  }

  /** Returns the class of each example; refuses labels that are no classes. */
  public static int[] classes(Dataset set, String method) {
    if (set.labels() instanceof Labels.Classes classes) {
      return classes.values();
    }
    throw BadInputException.at("method " + method, "labels that are classes", "real numbers");
  }

  /** Returns models of the study; refuses a learner without gradients. */
  public StudyModels models() throws IOException {
    if (models == null) {
      models = new StudyModels(study);
    }
    return models;
  }

  /** Returns the number of models that were trained. */
  public int trained() {
    return trained;
  }

  /** Which models a method asks. */
  public enum Source {
    /** The pool's own models, on subsets. */
    POOL,
    /** Models of the whole of S. */
    WHOLE;

    static Source of(String name) {
      return valueOf(name.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /**
   * Trains models again.
   *
   * @param epochs after which their states are wanted
   * @return states, [count][epochs]
   */
  public List<List<float[]>> states(Source source, int count, int[] epochs) throws IOException {
    StudyModels of = models();
    List<List<float[]>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(List.of());
    }
    try (Progress.Task task = workers.progress().start("training again", count, "models")) {
      workers
          .parallel()
          .forEach(
              count,
              i -> {
                List<float[]> states =
                    source == Source.WHOLE ? of.ofWhole(i, epochs) : ofRun(of, i, epochs);
                synchronized (all) {
                  all.set(i, states);
                }
                task.step(1);
              });
    }
    trained += count;
    return all;
  }

  private static List<float[]> ofRun(StudyModels models, int row, int[] epochs) {
    try {
      return models.ofRun(row, epochs);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Trains models again and returns their last states. */
  public List<float[]> lastStates(Source source, int count) throws IOException {
    int[] last = {models().trainer().epochs()};
    return states(source, count, last).stream().map(List::getFirst).toList();
  }

  /** Hears of what a model says of some examples. */
  public interface Part {
    /**
     * @param some the examples
     * @param from index of the first among all examples of the set
     */
    void of(DifferentiableModel model, Dataset some, int from);
  }

  /** Shows a model all examples of a set, in parts, on all threads. */
  public void forEachPart(float[] state, Dataset set, Part part) throws IOException {
    StudyModels of = models();
    int parts = Math.ceilDiv(set.rows(), PART);
    workers
        .parallel()
        .forEach(
            parts,
            p -> {
              int from = p * PART;
              int to = Math.min(set.rows(), from + PART);
              Dataset some = set.select(IntStream.range(from, to).toArray());
              of.trainer()
                  .withModel(
                      state,
                      model -> {
                        part.of(model, some, from);
                        return true;
                      });
            });
  }

  /** Returns the embeddings of all examples of a set, [rows, width]. */
  public float[] embeddings(float[] state, Dataset set) throws IOException {
    float[][] parts = new float[set.rows()][];
    forEachPart(state, set, (model, some, from) -> parts[from] = model.embeddings(some.features()));
    int size = Arrays.stream(parts).mapToInt(p -> p == null ? 0 : p.length).sum();
    float[] all = new float[size];
    int at = 0;
    for (float[] part : parts) {
      if (part != null) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
    }
    return all;
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }
}
