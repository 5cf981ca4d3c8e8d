package dev.whence.attribute;

import dev.whence.data.Dataset;
import dev.whence.data.Labels;
import dev.whence.learn.ExampleGradients;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.linalg.dense.Products;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Influence functions with EK-FAC for the inverse of the Gauss-Newton matrix (George et al. 2018;
 * Grosse et al. 2023). For each linear layer, with inputs a (a 1 for the bias among them) and
 * derivatives δ of the loss by its outputs,
 *
 * <pre>A = E[aaᵀ] = Q_A D_A Q_Aᵀ, S = E[δδᵀ] = Q_S D_S Q_Sᵀ, Λ = E[(Q_Sᵀδ)²((Q_Aᵀa)²)ᵀ]</pre>
 *
 * <p>and the matrix is Q_A ⊗ Q_S diag(Λ + λ) (Q_A ⊗ Q_S)ᵀ. Labels are not sampled: the expectation
 * is over all classes, with the model's probabilities. Parameters of convolutions have the diagonal
 * of the matrix alone.
 *
 * @param models number of models of the whole of S that are averaged over
 * @param damping λ over the mean of Λ, layer by layer; 0 to choose it by runs of the pool
 */
public record EkFac(
    @Setting(value = "models of the whole of S to average over", range = "at least 1") int models,
    @Setting(
            value = "over the mean eigenvalue of each layer; 0 to choose it by runs of the pool",
            range = "at least 0")
        double damping)
    implements Attributor {

  public EkFac {
    Hyperparameters checked = new Hyperparameters("method ek-fac");
    checked.range("models", models, 1, 1e5, "at least 1");
    checked.range("damping", damping, 0, 1e12, "a number of at least 0");
  }

  /** The defaults. */
  public EkFac() {
    this(1, 0);
  }

  @Override
  public String name() {
    return "ek-fac";
  }

  @Override
  public String description() {
    return "influence functions with EK-FAC, labels enumerated (Grosse et al. 2023)";
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
    List<List<Factor>> factors = new ArrayList<>();
    for (float[] state : states) {
      factors.add(factors(ClassGradients.of(task, state)));
    }
    List<Model> all = new ArrayList<>();
    for (int m = 0; m < models; m++) {
      all.add(new Model(states.get(m), factors.get(m)));
    }
    double chosen =
        damping > 0
            ? damping
            : PoolAgreement.best(
                task,
                Influence.GRID,
                1,
                some -> value -> scores(task, some, all.subList(0, 1), value));
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        return EkFac.scores(task, targets, all, chosen);
      }

      @Override
      public long bytes() {
        return states.stream().mapToLong(s -> (long) Float.BYTES * s.length).sum();
      }
    };
  }

  /** A model and the inverses of its layers' matrices. */
  private record Model(float[] state, List<Factor> factors) {}

  private static float[][] scores(
      AttributionTask task, Dataset targets, List<Model> models, double relative)
      throws IOException {
    String loss =
        task.train().labels() instanceof Labels.Classes ? "cross_entropy" : "squared_error";
    float[][] sum = new float[targets.rows()][task.train().rows()];
    for (Model model : models) {
      ExampleGradients theirs = gradients(task, model.state, task.train(), loss);
      ExampleGradients own = gradients(task, model.state, targets, task.output());
      for (int l = 0; l < own.parts().size(); l++) {
        model
            .factors
            .get(l)
            .add(
                own.parts().get(l),
                theirs.parts().get(l),
                sum,
                -1.0 / models.size(),
                relative,
                task);
      }
    }
    return sum;
  }

  private static ExampleGradients gradients(
      AttributionTask task, float[] state, Dataset set, String output) throws IOException {
    ExampleGradients[] parts = new ExampleGradients[set.rows()];
    task.forEachPart(
        state,
        set,
        (model, some, from) ->
            parts[from] = model.gradients(some.features(), Influence.gradient(task, output, some)));
    return ClassGradients.joined(parts);
  }

  /** The inverse of the matrix of one part of the parameters. */
  interface Factor {
    /**
     * Adds scale/n times the products of targets' with examples' gradients, [targets][examples].
     */
    void add(
        ExampleGradients.Part own,
        ExampleGradients.Part theirs,
        float[][] sum,
        double scale,
        double relative,
        AttributionTask task);
  }

  static List<Factor> factors(ClassGradients gradients) {
    List<Factor> factors = new ArrayList<>();
    for (int l = 0; l < gradients.of().getFirst().parts().size(); l++) {
      factors.add(
          gradients.of().getFirst().parts().get(l) instanceof ExampleGradients.Outer
              ? kronecker(gradients, l)
              : diagonal(gradients, l));
    }
    return factors;
  }

  /**
   * Returns the derivative of −log p_label by a layer's outputs, for all examples: δ of the label's
   * logit is subtracted from the mean over classes.
   */
  private static float[] ofLoss(ClassGradients gradients, int layer, int label) {
    int outputs = gradients.outputs();
    int out = ((ExampleGradients.Outer) gradients.of().getFirst().parts().get(layer)).outputs();
    float[] delta = new float[gradients.rows() * out];
    for (int c = 0; c < outputs; c++) {
      float[] logit = ((ExampleGradients.Outer) gradients.of().get(c).parts().get(layer)).deltas();
      for (int i = 0; i < gradients.rows(); i++) {
        float factor = gradients.p()[i * outputs + c] - (c == label ? 1 : 0);
        for (int o = 0; o < out; o++) {
          delta[i * out + o] += factor * logit[i * out + o];
        }
      }
    }
    return delta;
  }

  private static float[] withOnes(float[] inputs, int width) {
    int n = inputs.length / width;
    float[] longer = new float[n * (width + 1)];
    for (int i = 0; i < n; i++) {
      System.arraycopy(inputs, i * width, longer, i * (width + 1), width);
      longer[i * (width + 1) + width] = 1;
    }
    return longer;
  }

  /** Returns the mean of outer products, weighted, as a matrix. */
  private static void addOuter(
      float[] rows, int width, java.util.function.IntToDoubleFunction weight, double[] sum) {
    int n = rows.length / width;
    for (int i = 0; i < n; i++) {
      double w = weight.applyAsDouble(i) / n;
      for (int a = 0; a < width && w != 0; a++) {
        double scaled = w * rows[i * width + a];
        for (int b = 0; b <= a && scaled != 0; b++) {
          sum[a * width + b] += scaled * rows[i * width + b];
        }
      }
    }
  }

  /** Returns the eigenvectors of a symmetric matrix given by its lower half, a row each. */
  private static float[] eigenvectors(double[] lower, int size) {
    DMatrixRMaj matrix = new DMatrixRMaj(size, size);
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        matrix.set(a, b, lower[a * size + b]);
        matrix.set(b, a, lower[a * size + b]);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
    if (!eigen.decompose(matrix)) {
      throw new ArithmeticException("eigenvectors of a layer were not found");
    }
    float[] vectors = new float[size * size];
    for (int k = 0; k < size; k++) {
      DMatrixRMaj vector = eigen.getEigenVector(k);
      for (int j = 0; j < size; j++) {
        vectors[k * size + j] = (float) vector.get(j, 0);
      }
    }
    return vectors;
  }

  private static Factor kronecker(ClassGradients gradients, int layer) {
    ExampleGradients.Outer shape =
        (ExampleGradients.Outer) gradients.of().getFirst().parts().get(layer);
    int n = gradients.rows();
    int width = shape.width() + 1;
    int out = shape.outputs();
    int labels = gradients.outputs();
    float[] inputs = withOnes(shape.inputs(), shape.width());
    double[] a = new double[width * width];
    addOuter(inputs, width, _ -> 1, a);
    double[] s = new double[out * out];
    List<float[]> deltas = new ArrayList<>();
    for (int c = 0; c < labels; c++) {
      int label = c;
      deltas.add(labels == 1 ? shape.deltas() : ofLoss(gradients, layer, c));
      addOuter(
          deltas.get(c),
          out,
          i -> labels == 1 ? GaussNewton.SQUARED : gradients.p()[i * labels + label],
          s);
    }
    float[] left = eigenvectors(s, out);
    float[] right = eigenvectors(a, width);
    float[] turned = Products.of(inputs, n, right, width, width);
    double[] lambda = new double[out * width];
    double[] mass = new double[n * out]; // Σ over classes of p(Q_Sᵀδ)²
    for (int c = 0; c < labels; c++) {
      float[] own = Products.of(deltas.get(c), n, left, out, out);
      for (int k = 0; k < own.length; k++) {
        double p = labels == 1 ? GaussNewton.SQUARED : gradients.p()[k / out * labels + c];
        mass[k] += p * own[k] * own[k];
      }
    }
    double mean = 0;
    for (int i = 0; i < n; i++) {
      for (int o = 0; o < out; o++) {
        double m = mass[i * out + o] / n;
        for (int j = 0; j < width; j++) {
          lambda[o * width + j] += m * turned[i * width + j] * turned[i * width + j];
        }
      }
    }
    for (double value : lambda) {
      mean += value / lambda.length;
    }
    double average = mean;
    return (own, theirs, sum, scale, relative, task) -> {
      double added = relative * average;
      ExampleGradients.Outer f = (ExampleGradients.Outer) own;
      ExampleGradients.Outer l = (ExampleGradients.Outer) theirs;
      int targets = sum.length;
      float[] fa = rotated(withOnes(f.inputs(), f.width()), right, width);
      float[] fd = rotated(f.deltas(), left, out);
      float[] la = rotated(withOnes(l.inputs(), l.width()), right, width);
      float[] ld = rotated(l.deltas(), left, out);
      task.workers()
          .parallel()
          .forEach(
              targets,
              t -> {
                float[] solved = new float[out * width];
                for (int o = 0; o < out; o++) {
                  for (int j = 0; j < width; j++) {
                    solved[o * width + j] =
                        (float)
                            (fd[t * out + o] * fa[t * width + j] / (lambda[o * width + j] + added));
                  }
                }
                float[] moved = Products.of(la, n, solved, out, width);
                for (int i = 0; i < n; i++) {
                  float dot = 0;
                  for (int o = 0; o < out; o++) {
                    dot += moved[i * out + o] * ld[i * out + o];
                  }
                  sum[t][i] += (float) (scale * dot / n);
                }
              });
    };
  }

  private static float[] rotated(float[] rows, float[] vectors, int width) {
    return Products.of(rows, rows.length / width, vectors, width, width);
  }

  private static Factor diagonal(ClassGradients gradients, int layer) {
    int n = gradients.rows();
    int labels = gradients.outputs();
    int size = gradients.of().getFirst().parts().get(layer).size();
    double[] lambda = new double[size];
    double mean = 0;
    float[] p = gradients.p();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < size; k++) {
        double first = 0;
        double second = 0;
        for (int c = 0; c < labels; c++) {
          ExampleGradients.Whole whole =
              (ExampleGradients.Whole) gradients.of().get(c).parts().get(layer);
          double g = whole.values()[i * size + k];
          double weight = labels == 1 ? GaussNewton.SQUARED : p[i * labels + c];
          first += labels == 1 ? 0 : weight * g;
          second += weight * g * g;
        }
        lambda[k] += (second - first * first) / n;
      }
    }
    for (double value : lambda) {
      mean += value / size;
    }
    double average = mean;
    return (own, theirs, sum, scale, relative, task) -> {
      double added = relative * average;
      ExampleGradients.Whole f = (ExampleGradients.Whole) own;
      ExampleGradients.Whole l = (ExampleGradients.Whole) theirs;
      float[] solved = new float[f.values().length];
      for (int i = 0; i < solved.length; i++) {
        solved[i] = (float) (f.values()[i] / (lambda[i % size] + added));
      }
      float[] dots = Products.of(solved, sum.length, l.values(), n, size);
      for (int t = 0; t < sum.length; t++) {
        for (int i = 0; i < n; i++) {
          sum[t][i] += (float) (scale * dots[t * n + i] / n);
        }
      }
    };
  }
}
