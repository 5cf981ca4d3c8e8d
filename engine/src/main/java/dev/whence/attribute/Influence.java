package dev.whence.attribute;

import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.learn.DifferentiableModel.OutputGradient;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.GradientProjection;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.linalg.dense.Products;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * Influence functions (Koh and Liang 2017, eq. 2), with the generalised Gauss-Newton matrix H of
 * the mean loss for its Hessian: holding example i changes the output f of a target by
 *
 * <pre>τ_i = −(1/n) ∇fᵀ(H + λI)⁻¹∇ℓ_i</pre>
 *
 * @param models number of models of the whole of S that are averaged over
 * @param lastLayer whether only the parameters of the last layer count
 * @param damping λ over the mean of H's diagonal; 0 to choose it by runs of the pool
 * @param tolerance of the conjugate gradients' relative residual
 * @param iterations of conjugate gradients at the most
 */
public record Influence(
    @Setting(value = "models of the whole of S to average over", range = "at least 1") int models,
    @Setting("whether only the last layer's parameters count") boolean lastLayer,
    @Setting(
            value = "over the mean of the matrix's diagonal; 0 to choose it by runs of the pool",
            range = "at least 0")
        double damping,
    @Setting(value = "relative residual of conjugate gradients", range = "0 to 1") double tolerance,
    @Setting(value = "of conjugate gradients at the most", range = "at least 1") int iterations)
    implements Attributor {

  /** Dampings among which one is chosen. */
  static final List<Double> GRID = List.of(0.01, 0.1, 1.0, 3.0, 10.0, 100.0);

  public Influence {
    Hyperparameters checked = new Hyperparameters("method influence");
    checked.range("models", models, 1, 1e5, "at least 1");
    checked.range("damping", damping, 0, 1e12, "a number of at least 0");
    checked.range("tolerance", tolerance, 0, 1, "0 to 1");
    checked.range("iterations", iterations, 1, 1e6, "at least 1");
  }

  /** The defaults. */
  public Influence() {
    this(1, false, 0, 0.01, 100);
  }

  @Override
  public String name() {
    return "influence";
  }

  @Override
  public String description() {
    return "influence functions by conjugate gradients on the Gauss-Newton matrix (Koh and Liang 2017)";
  }

  @Override
  public boolean inOutputUnits() {
    return true;
  }

  @Override
  public Needs needs(AttributionTask task) {
    long n = task.train().rows();
    long classes = task.train().labels() instanceof Labels.Classes c ? c.count() : 1;
    return new Needs(models, Float.BYTES * n * (classes + 3) * task.train().features().size());
  }

  @Override
  public Scoring prepare(AttributionTask task) throws IOException {
    List<float[]> states = task.lastStates(AttributionTask.Source.WHOLE, models);
    double chosen =
        damping > 0
            ? damping
            : PoolAgreement.best(
                task, GRID, 1, some -> value -> scores(task, some, states.subList(0, 1), value));
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        return Influence.this.scores(task, targets, states, chosen);
      }

      @Override
      public long bytes() {
        return states.stream().mapToLong(s -> (long) Float.BYTES * s.length).sum();
      }
    };
  }

  private float[][] scores(
      AttributionTask task, Dataset targets, List<float[]> states, double relative)
      throws IOException {
    float[][] sum = new float[targets.rows()][task.train().rows()];
    for (float[] state : states) {
      add(task, state, targets, relative, -1.0 / states.size(), sum);
    }
    return sum;
  }

  private void add(
      AttributionTask task,
      float[] state,
      Dataset targets,
      double relative,
      double scale,
      float[][] sum)
      throws IOException {
    ClassGradients all = ClassGradients.of(task, state);
    ClassGradients gradients =
        lastLayer
            ? new ClassGradients(
                all.of().stream().map(ExampleGradients::lastLayer).toList(), all.p(), all.rows())
            : all;
    GaussNewton matrix = new GaussNewton(gradients, relative * GaussNewton.meanDiagonal(gradients));
    String loss =
        task.train().labels() instanceof Labels.Classes ? "cross_entropy" : "squared_error";
    float[] losses = written(task, state, task.train(), loss);
    float[] own = written(task, state, targets, task.output());
    int size = matrix.size();
    int n = task.train().rows();
    task.workers()
        .parallel()
        .forEach(
            targets.rows(),
            t -> {
              float[] b = Arrays.copyOfRange(own, t * size, (t + 1) * size);
              float[] solved = matrix.solve(b, tolerance, iterations);
              float[] dots = Products.of(losses, n, solved, 1, size);
              for (int i = 0; i < n; i++) {
                sum[t][i] += (float) (scale * dots[i] / n);
              }
            });
  }

  private float[] written(AttributionTask task, float[] state, Dataset set, String output)
      throws IOException {
    GradientProjection whole = GradientProjection.none(lastLayer);
    int size = task.models().trainer().withModel(state, m -> m.size(whole));
    float[] all = new float[Math.multiplyExact(set.rows(), size)];
    task.forEachPart(
        state,
        set,
        (model, some, from) -> {
          float[] part = model.gradients(some.features(), gradient(task, output, some), whole);
          System.arraycopy(part, 0, all, from * size, part.length);
        });
    return all;
  }

  static OutputGradient gradient(AttributionTask task, String output, Dataset some) {
    try {
      return task.models().gradientOf(output, some.labels());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
