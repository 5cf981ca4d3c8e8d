package dev.whence.attribute;

import dev.whence.data.Dataset;
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
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * TRAK (Park et al. 2023, eq. 17): one Newton step of the linearised model. With φ the gradient of
 * the log-odds margin, Φ those of the training examples, and p_i the probability of an example's
 * label,
 *
 * <pre>τ(z)_i = mean over models of φ(z)ᵀ(ΦᵀΦ + λI)⁻¹φ_i · mean over models of (1 − p_i)</pre>
 *
 * <p>Without a projection the same number is computed among examples: φ(z)ᵀΦᵀ(ΦΦᵀ + λI)⁻¹.
 *
 * @param models M, the number of models
 * @param from pool or whole: which models. The paper's are trained on halves: of a model that has
 *     seen all examples, 1 − p_i is near 0
 * @param projection auto, none, factored or dense; auto is none of up to 6,000 examples, else
 *     factored
 * @param dimensions of the projection; of a factored one for each layer
 * @param lambda λ over the mean squared length of the examples' gradients φ_i; 0 to choose it by
 *     runs of the pool
 * @param seed of the projections; each model has its own
 */
public record Trak(
    @Setting(value = "models", range = "at least 1") int models,
    @Setting(value = "pool or whole: which models") String from,
    @Setting(value = "auto, none, factored or dense") String projection,
    @Setting(
            value = "of the projection; of a factored one for each layer, a square number",
            range = "1 to 65536")
        int dimensions,
    @Setting(
            value =
                "damping, over the mean squared length of gradients; 0 to choose it by runs of the pool",
            range = "at least 0")
        double lambda,
    @Setting("of the projections") int seed)
    implements Attributor {

  /** Largest number of examples whose kernel is inverted among examples. */
  private static final int FEW = 6000;

  private static final List<Double> GRID = List.of(1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0);

  private static final String MARGIN = "log_odds_margin";

  public Trak {
    Hyperparameters checked = new Hyperparameters("method trak");
    checked.range("models", models, 1, 1e5, "at least 1");
    checked.choice("from", from, List.of("pool", "whole"));
    checked.choice("projection", projection, List.of("auto", "none", "factored", "dense"));
    checked.range("lambda", lambda, 0, 1e12, "a number of at least 0");
    if (projection.equals("factored") || projection.equals("dense")) {
      new GradientProjection(GradientProjection.kind(projection), dimensions, false, seed);
    }
  }

  /** The defaults. */
  public Trak() {
    this(10, "pool", "auto", 1024, 0, 0);
  }

  @Override
  public String name() {
    return "trak";
  }

  @Override
  public String description() {
    return "one Newton step of the linearised model, averaged over models (TRAK, Park et al. 2023)";
  }

  @Override
  public boolean inOutputUnits() {
    return true;
  }

  private boolean amongExamples(AttributionTask task) {
    return projection.equals("none") || projection.equals("auto") && task.train().rows() <= FEW;
  }

  private GradientProjection projection(AttributionTask task, int model) {
    GradientProjection.Kind kind =
        amongExamples(task)
            ? GradientProjection.Kind.NONE
            : projection.equals("dense")
                ? GradientProjection.Kind.DENSE
                : GradientProjection.Kind.FACTORED;
    return new GradientProjection(kind, dimensions, false, 1000L * seed + model);
  }

  @Override
  public Needs needs(AttributionTask task) {
    long n = task.train().rows();
    long kernel = amongExamples(task) ? 3 * n * n : n * dimensions;
    return new Needs(models, Double.BYTES * kernel);
  }

  @Override
  public Scoring prepare(AttributionTask task) throws IOException {
    AttributionTask.classes(task.train(), name());
    List<float[]> states = task.lastStates(AttributionTask.Source.of(from), models);
    float[] doubt = doubt(task, states);
    double chosen = lambda > 0 ? lambda : choose(task, states.getFirst(), doubt);
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        float[][] sum = new float[targets.rows()][task.train().rows()];
        for (int m = 0; m < states.size(); m++) {
          float[][] one = kernel(task, states.get(m), m, targets).scores(chosen);
          for (int t = 0; t < sum.length; t++) {
            for (int i = 0; i < sum[t].length; i++) {
              sum[t][i] += one[t][i] / states.size();
            }
          }
        }
        times(sum, doubt);
        return sum;
      }

      @Override
      public long bytes() {
        return states.stream().mapToLong(s -> (long) Float.BYTES * s.length).sum();
      }
    };
  }

  private static void times(float[][] scores, float[] factors) {
    for (float[] row : scores) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= factors[i];
      }
    }
  }

  private static OutputGradient margin(AttributionTask task, Dataset some) {
    try {
      return task.models().gradientOf(MARGIN, some.labels());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the mean over models of 1 − p_i, [examples]. */
  private static float[] doubt(AttributionTask task, List<float[]> states) throws IOException {
    Dataset train = task.train();
    float[] doubt = new float[train.rows()];
    for (float[] state : states) {
      task.forEachPart(
          state,
          train,
          (model, some, first) -> {
            float[] z = model.outputs(some.features());
            int[] labels = AttributionTask.classes(some, "trak");
            int classes = z.length / labels.length;
            for (int i = 0; i < labels.length; i++) {
              double own = z[i * classes + labels[i]];
              double others = 0;
              for (int c = 0; c < classes; c++) {
                others += c == labels[i] ? 0 : Math.exp(z[i * classes + c] - own);
              }
              doubt[first + i] += (float) (others / (1 + others) / states.size());
            }
          });
    }
    return doubt;
  }

  /** Returns φ(z)ᵀ(ΦᵀΦ + λI)⁻¹φ_i by λ, relative as the setting is. */
  private PoolAgreement.ByValue kernel(
      AttributionTask task, float[] state, int model, Dataset targets) throws IOException {
    GradientProjection wanted = projection(task, model);
    return wanted.kind() == GradientProjection.Kind.NONE
        ? amongExamples(task, state, targets)
        : projected(task, state, targets, wanted);
  }

  /** (φ(z)Φᵀ)(ΦΦᵀ + λI)⁻¹, with K = ΦΦᵀ. */
  private static PoolAgreement.ByValue amongExamples(
      AttributionTask task, float[] state, Dataset targets) throws IOException {
    Dataset train = task.train();
    int n = train.rows();
    ExampleGradients[] all = new ExampleGradients[n];
    ExampleGradients[] own = new ExampleGradients[targets.rows()];
    task.forEachPart(
        state,
        train,
        (m, some, from) -> all[from] = m.gradients(some.features(), margin(task, some)));
    task.forEachPart(
        state,
        targets,
        (m, some, from) -> own[from] = m.gradients(some.features(), margin(task, some)));
    DMatrixRMaj gram = new DMatrixRMaj(n, n);
    DMatrixRMaj right = new DMatrixRMaj(n, targets.rows());
    task.workers()
        .parallel()
        .forEach(
            n,
            first -> {
              if (all[first] != null) {
                for (int j = 0; j <= first; j++) {
                  copy(all[first], first, all[j], j, gram);
                }
                for (int t = 0; t < own.length; t++) {
                  copy(all[first], first, own[t], t, right);
                }
              }
            });
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        gram.set(j, i, gram.get(i, j));
      }
    }
    return relative -> {
      DMatrixRMaj solved = solve(gram, n, relative, right);
      float[][] scores = new float[targets.rows()][n];
      for (int t = 0; t < scores.length; t++) {
        for (int i = 0; i < n; i++) {
          scores[t][i] = (float) solved.get(i, t);
        }
      }
      return scores;
    };
  }

  private static void copy(
      ExampleGradients rows,
      int row,
      @org.jspecify.annotations.Nullable ExampleGradients columns,
      int column,
      DMatrixRMaj to) {
    if (columns == null) {
      return;
    }
    float[] dots = rows.dot(columns);
    for (int i = 0; i < rows.rows(); i++) {
      for (int j = 0; j < columns.rows(); j++) {
        to.set(row + i, column + j, dots[i * columns.rows() + j]);
      }
    }
  }

  /** Returns (A + λI)⁻¹B with λ = relative · tr(A)/n, n the number of examples. */
  private static DMatrixRMaj solve(DMatrixRMaj a, int n, double relative, DMatrixRMaj b) {
    DMatrixRMaj damped = a.copy();
    double mean = CommonOps_DDRM.trace(a) / n;
    for (int i = 0; i < a.numRows; i++) {
      damped.add(i, i, relative * mean + Double.MIN_NORMAL);
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(a.numRows);
    DMatrixRMaj solved = new DMatrixRMaj(b.numRows, b.numCols);
    if (!solver.setA(damped)) {
      throw dev.whence.base.BadInputException.at(
          "method trak, lambda", "a larger number (the kernel is singular)", relative);
    }
    solver.solve(b, solved);
    return solved;
  }

  /** Φ(ΦᵀΦ + λI)⁻¹φ(z) of projected gradients. */
  private static PoolAgreement.ByValue projected(
      AttributionTask task, float[] state, Dataset targets, GradientProjection wanted)
      throws IOException {
    float[] x = projections(task, state, task.train(), wanted);
    float[] own = projections(task, state, targets, wanted);
    int n = task.train().rows();
    int k = x.length / n;
    float[] turned = new float[x.length];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < k; c++) {
        turned[c * n + i] = x[i * k + c];
      }
    }
    DMatrixRMaj gram = new DMatrixRMaj(k, k);
    float[] products = Products.of(turned, k, turned, k, n);
    Arrays.setAll(gram.data, i -> products[i]);
    DMatrixRMaj right = new DMatrixRMaj(k, targets.rows());
    for (int t = 0; t < targets.rows(); t++) {
      for (int c = 0; c < k; c++) {
        right.set(c, t, own[t * k + c]);
      }
    }
    return relative -> {
      DMatrixRMaj solved = solve(gram, n, relative, right);
      float[] weights = new float[targets.rows() * k];
      for (int t = 0; t < targets.rows(); t++) {
        for (int c = 0; c < k; c++) {
          weights[t * k + c] = (float) solved.get(c, t);
        }
      }
      float[] all = Products.of(weights, targets.rows(), x, n, k);
      float[][] scores = new float[targets.rows()][];
      Arrays.setAll(scores, t -> Arrays.copyOfRange(all, t * n, (t + 1) * n));
      return scores;
    };
  }

  private static float[] projections(
      AttributionTask task, float[] state, Dataset set, GradientProjection wanted)
      throws IOException {
    int size = task.models().trainer().withModel(state, m -> m.size(wanted));
    float[] all = new float[Math.multiplyExact(set.rows(), size)];
    task.forEachPart(
        state,
        set,
        (model, some, from) -> {
          float[] part = model.gradients(some.features(), margin(task, some), wanted);
          System.arraycopy(part, 0, all, from * size, part.length);
        });
    return all;
  }

  /** Returns the λ of the grid whose scores agree best with runs of the pool. */
  private double choose(AttributionTask task, float[] state, float[] doubt) throws IOException {
    return PoolAgreement.best(
        task,
        GRID,
        GRID.get(3),
        examples -> {
          PoolAgreement.ByValue kernel = kernel(task, state, 0, examples);
          return relative -> {
            float[][] scores = kernel.scores(relative);
            times(scores, doubt);
            return scores;
          };
        });
  }
}
