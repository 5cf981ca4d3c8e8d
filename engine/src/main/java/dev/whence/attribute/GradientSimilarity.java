package dev.whence.attribute;

import dev.whence.data.Dataset;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Schedule;
import dev.whence.learn.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Methods that score by inner products of gradients: a step of gradient descent on an example's
 * loss ℓ_i changes the output f of a target by −η ∇f·∇ℓ_i.
 */
public final class GradientSimilarity {

  private GradientSimilarity() {}

  /**
   * Gradients at one state of a model.
   *
   * @param rate η, what its products count
   */
  private record State(float[] parameters, double rate) {}

  /**
   * Products of gradients, summed over states.
   *
   * @param cosine whether gradients are scaled to length 1
   */
  private record Products(AttributionTask task, List<State> states, boolean cosine, String loss)
      implements Attributor.Scoring {

    @Override
    public float[][] scores(Dataset targets, int first) throws IOException {
      Dataset train = task.train();
      float[][] scores = new float[targets.rows()][train.rows()];
      for (State state : states) {
        ExampleGradients[] own = new ExampleGradients[targets.rows()];
        task.forEachPart(
            state.parameters,
            targets,
            (model, some, from) ->
                own[from] = model.gradients(some.features(), gradient(task.output(), some)));
        task.forEachPart(
            state.parameters,
            train,
            (model, some, from) -> {
              ExampleGradients theirs = model.gradients(some.features(), gradient(loss, some));
              double[] lengths = theirs.squares();
              for (int t = 0; t < own.length; t++) {
                if (own[t] != null) {
                  add(scores, own[t], t, theirs, from, lengths, state.rate);
                }
              }
            });
      }
      return scores;
    }

    private OutputGradient gradient(String output, Dataset some) {
      try {
        return task.models().gradientOf(output, some.labels());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private void add(
        float[][] scores,
        ExampleGradients own,
        int first,
        ExampleGradients theirs,
        int from,
        double[] lengths,
        double rate) {
      float[] dots = theirs.dot(own);
      double[] ownLengths = cosine ? own.squares() : new double[0];
      for (int i = 0; i < theirs.rows(); i++) {
        for (int t = 0; t < own.rows(); t++) {
          double scale = cosine ? Math.sqrt(lengths[i] * ownLengths[t]) : 1;
          double dot = dots[i * own.rows() + t];
          scores[first + t][from + i] -= scale > 0 ? (float) (rate * dot / scale) : 0;
        }
      }
    }

    @Override
    public long bytes() {
      return states.stream().mapToLong(s -> (long) Float.BYTES * s.parameters.length).sum();
    }
  }

  private static String loss(AttributionTask task) {
    return task.train().labels() instanceof dev.whence.data.Labels.Classes
        ? "cross_entropy"
        : "squared_error";
  }

  private static Attributor.Scoring last(AttributionTask task, int models, boolean cosine)
      throws IOException {
    List<State> states =
        task.lastStates(AttributionTask.Source.WHOLE, models).stream()
            .map(s -> new State(s, 1.0 / models))
            .toList();
    return new Products(task, states, cosine, loss(task));
  }

  private static Attributor.Needs needs(AttributionTask task, int models) {
    return new Attributor.Needs(models, 4L * Float.BYTES * task.train().features().values().length);
  }

  /**
   * The product of gradients at the end of training.
   *
   * @param models number of models of the whole of S that are averaged over
   */
  public record GradDot(
      @Setting(value = "models of the whole of S to average over", range = "at least 1") int models)
      implements Attributor {

    public GradDot {
      new Hyperparameters("method grad-dot").range("models", models, 1, 1e5, "at least 1");
    }

    public GradDot() {
      this(1);
    }

    @Override
    public String name() {
      return "grad-dot";
    }

    @Override
    public String description() {
      return "inner product of gradients at the end of training (Charpiat et al. 2019)";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return GradientSimilarity.needs(task, models);
    }

    @Override
    public Scoring prepare(AttributionTask task) throws IOException {
      return last(task, models, false);
    }
  }

  /**
   * The cosine of gradients at the end of training.
   *
   * @param models number of models of the whole of S that are averaged over
   */
  public record GradCos(
      @Setting(value = "models of the whole of S to average over", range = "at least 1") int models)
      implements Attributor {

    public GradCos {
      new Hyperparameters("method grad-cos").range("models", models, 1, 1e5, "at least 1");
    }

    public GradCos() {
      this(1);
    }

    @Override
    public String name() {
      return "grad-cos";
    }

    @Override
    public String description() {
      return "cosine of gradients at the end of training";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return GradientSimilarity.needs(task, models);
    }

    @Override
    public Scoring prepare(AttributionTask task) throws IOException {
      return last(task, models, true);
    }
  }

  /**
   * TracInCP (Pruthi et al. 2020, eq. 1): products of gradients at checkpoints along the training,
   * each times the learning rate there.
   *
   * @param models number of models of the whole of S that are averaged over
   * @param checkpoints number of checkpoints, at equal distances; 0 for one after each epoch
   */
  public record TracIn(
      @Setting(value = "models of the whole of S to average over", range = "at least 1") int models,
      @Setting(
              value = "checkpoints of each, at equal distances; 0 for one after each epoch",
              range = "at least 0")
          int checkpoints)
      implements Attributor {

    public TracIn {
      Hyperparameters checked = new Hyperparameters("method tracin");
      checked.range("models", models, 1, 1e5, "at least 1");
      checked.range("checkpoints", checkpoints, 0, 1e5, "at least 0");
    }

    public TracIn() {
      this(1, 0);
    }

    @Override
    public String name() {
      return "tracin";
    }

    @Override
    public String description() {
      return "inner products of gradients along the training (TracInCP, Pruthi et al. 2020)";
    }

    @Override
    public boolean inOutputUnits() {
      return false;
    }

    @Override
    public Needs needs(AttributionTask task) {
      return GradientSimilarity.needs(task, models);
    }

    @Override
    public Scoring prepare(AttributionTask task) throws IOException {
      int epochs = task.models().trainer().epochs();
      int count = checkpoints == 0 ? epochs : Math.min(checkpoints, epochs);
      int[] after =
          IntStream.rangeClosed(1, count).map(c -> Math.ceilDiv(c * epochs, count)).toArray();
      List<State> states = new ArrayList<>();
      for (List<float[]> model : task.states(AttributionTask.Source.WHOLE, models, after)) {
        for (int c = 0; c < count; c++) {
          states.add(new State(model.get(c), rate(task, after[c], epochs) / models));
        }
      }
      return new Products(task, states, false, loss(task));
    }

    /** Returns the learning rate in the middle of an epoch; 1 where the learner does not tell. */
    private static double rate(AttributionTask task, int epoch, int epochs) {
      ObjectNode config = task.study().manifest().trained().learner().config();
      if (!config.path("learningRate").isNumber() || !config.path("peak").isNumber()) {
        return 1;
      }
      Schedule schedule =
          new Schedule(
              config.path("learningRate").asDouble(), config.path("peak").asDouble(), epochs);
      return schedule.at(epoch - 1);
    }
  }
}
