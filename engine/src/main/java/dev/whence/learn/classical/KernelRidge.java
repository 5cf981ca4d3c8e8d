package dev.whence.learn.classical;

import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Setting;
import dev.whence.learn.Standardizer;
import dev.whence.learn.Trainer;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kernel ridge regression on standardised features: minimises ‖y − f − b‖² + λ‖f‖² with b the mean
 * of the subset's labels. For classes there is one regression a class, with the label 1 for
 * examples of the class and −1 for all others.
 *
 * <p>With the linear kernel this is ridge regression. The kernel's values of all pairs are computed
 * once and take 4·d·(d + n) bytes for d examples of S and n targets; a run solves a system of its
 * subset's size, about members³/3 additions and multiplications.
 */
public final class KernelRidge extends ConfiguredLearner<KernelRidge.Config> {

  private KernelRidge(Config config) {
    super("kernel-ridge", config);
  }

  /**
   * Hyperparameters.
   *
   * @param kernel rbf, exp(−gamma·‖x − z‖²), or linear [rbf]
   * @param gamma gamma of the rbf kernel [1 / number of features]
   * @param lambda weight of ‖f‖² in the objective [1]
   */
  public record Config(
      @Setting(value = "rbf, exp(−gamma·‖x − z‖²), or linear", range = "rbf or linear")
          String kernel,
      @Setting(
              value = "gamma of the rbf kernel",
              range = "above 0",
              otherwise = "1 / number of features")
          @Nullable Double gamma,
      @Setting(value = "weight of ‖f‖²", range = "above 0") double lambda) {
    public Config {
      if (!List.of("rbf", "linear").contains(kernel)) {
        throw BadInputException.at("learner kernel-ridge, kernel", "rbf or linear", kernel);
      }
      if (gamma != null && !(gamma > 0 && gamma < 1e9)) {
        throw BadInputException.at("learner kernel-ridge, gamma", "a number above 0", gamma);
      }
      if (!(lambda > 0 && lambda < 1e12)) {
        throw BadInputException.at("learner kernel-ridge, lambda", "a number above 0", lambda);
      }
    }
  }

  /** Makes learners of kernel ridge regression. */
  public static final class Factory implements LearnerFactory {
    @Override
    public String name() {
      return "kernel-ridge";
    }

    @Override
    public String description() {
      return "kernel ridge regression, rbf or linear";
    }

    @Override
    public Class<? extends Record> settings() {
      return Config.class;
    }

    @Override
    public Learner create(ObjectNode config) {
      return new KernelRidge(read(config, new Config("rbf", null, 1)));
    }
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    Standardizer standardizer = Standardizer.of(train.features());
    int size = train.features().size();
    float[] x = standardizer.apply(train.features());
    float[][] among = kernel(x, x, size);
    List<float[][]> sets =
        targets.stream()
            .map(set -> set == train.features() ? among : kernel(standardizer.apply(set), x, size))
            .toList();
    return new KernelTrainer(train.labels(), among, sets, config.lambda());
  }

  /**
   * Returns the kernel's values between the rows of {@code z} and those of {@code x}: a row for
   * each row of {@code z}.
   */
  private float[][] kernel(float[] z, float[] x, int size) {
    return IntStream.range(0, z.length / size)
        .parallel()
        .mapToObj(
            i -> {
              float[] row = new float[x.length / size];
              for (int j = 0; j < row.length; j++) {
                row[j] = (float) kernel(z, i * size, x, j * size, size);
              }
              return row;
            })
        .toArray(float[][]::new);
  }

  private double kernel(float[] z, int zFrom, float[] x, int xFrom, int size) {
    boolean linear = "linear".equals(config.kernel());
    double sum = 0;
    for (int f = 0; f < size; f++) {
      double a = z[zFrom + f];
      double b = x[xFrom + f];
      sum += linear ? a * b : (a - b) * (a - b);
    }
    double gamma = config.gamma() == null ? 1.0 / size : config.gamma();
    return linear ? sum : StrictMath.exp(-gamma * sum);
  }

  /**
   * Trains runs.
   *
   * @param among kernel's values between the examples of S, [d, d]
   * @param sets kernel's values between the examples of each set of targets and those of S, [rows,
   *     d]
   */
  private record KernelTrainer(Labels labels, float[][] among, List<float[][]> sets, double lambda)
      implements Trainer {

    @Override
    public int outputs() {
      return labels.outputs();
    }

    private double label(int example, int output) {
      return switch (labels) {
        case Labels.Classes classes -> classes.values()[example] == output ? 1 : -1;
        case Labels.Reals reals -> reals.values()[example];
      };
    }

    @Override
    public float[][] run(int[] members, Relabelling changed, Key key) {
      if (!changed.isEmpty()) {
        return new KernelTrainer(changed.apply(labels), among, sets, lambda).run(members, key);
      }
      int m = members.length;
      int width = outputs();
      DMatrixRMaj system = new DMatrixRMaj(m, m);
      DMatrixRMaj right = new DMatrixRMaj(m, width);
      double[] means = new double[width];
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
          system.unsafe_set(i, j, among[members[i]][members[j]] + (i == j ? lambda : 0));
        }
        for (int c = 0; c < width; c++) {
          means[c] += label(members[i], c) / m;
        }
      }
      for (int i = 0; i < m; i++) {
        for (int c = 0; c < width; c++) {
          right.unsafe_set(i, c, label(members[i], c) - means[c]);
        }
      }
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(m);
      if (!solver.setA(system)) {
        throw new FailedRunException("the kernel matrix is singular (a larger lambda may help)");
      }
      DMatrixRMaj dual = new DMatrixRMaj(m, width);
      solver.solve(right, dual);
      return sets.stream().map(set -> predict(set, members, dual, means)).toArray(float[][]::new);
    }

    private static float[] predict(float[][] set, int[] members, DMatrixRMaj dual, double[] means) {
      float[] outputs = new float[Math.multiplyExact(set.length, means.length)];
      for (int t = 0; t < set.length; t++) {
        for (int c = 0; c < means.length; c++) {
          double sum = means[c];
          for (int i = 0; i < members.length; i++) {
            sum += set[t][members[i]] * dual.unsafe_get(i, c);
          }
          outputs[t * means.length + c] = (float) sum;
        }
      }
      return outputs;
    }
  }
}
