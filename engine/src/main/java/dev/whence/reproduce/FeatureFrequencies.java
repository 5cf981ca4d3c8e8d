package dev.whence.reproduce;

import dev.whence.base.Key;
import dev.whence.base.Progress;
import dev.whence.base.Purpose;
import dev.whence.base.Workers;
import dev.whence.evaluate.Correlation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Which α sees groups of which size (Ilyas et al. 2022, App. B, Algorithm B.1): minimum-norm linear
 * regression on binary features of known frequencies. A feature's group is the examples that have
 * it; datamodels of α-subsets predict what taking the group out of the whole training set does to
 * held-out predictions.
 */
public final class FeatureFrequencies {

  /** Frequencies of the features, an equal number of each (eq. 16). */
  public static final List<Double> FREQUENCIES = List.of(0.1, 0.2, 0.3, 0.4, 0.5);

  /**
   * Parts of the subsets whose sums are kept apart, so that their order does not depend on threads.
   */
  private static final int PARTS = 64;

  /**
   * What is simulated.
   *
   * @param features d, more than {@code examples}
   * @param examples n, the number of training examples, and of held-out ones
   * @param noise ε, the standard deviation of the labels' noise
   * @param subsets m, the number of subsets for each α
   */
  public record Settings(int features, int examples, double noise, int subsets, long seed) {

    /** The paper's sizes; it does not say which ε it has. */
    public static final Settings PAPER = new Settings(150, 125, 0.1, 1_000_000, 0);
  }

  /**
   * How well datamodels at one α predict what taking out the groups of one frequency does.
   *
   * @param frequency p, the part of the examples that have the feature
   * @param correlation Pearson's correlation over features of the frequency and held-out examples
   * @param error its standard error over features, by the jackknife
   */
  public record Point(double alpha, double frequency, double correlation, double error) {}

  private final Settings settings;
  private final double[] frequency;
  private final boolean[][] active;
  private final double[] labels;

  /** K = XXᵀ of the training examples, [n, n]. */
  private final DMatrixRMaj kernel;

  /** XXᵀ between held-out and training examples, [n, n]. */
  private final DMatrixRMaj across;

  public FeatureFrequencies(Settings settings) {
    this.settings = settings;
    int d = settings.features;
    int n = settings.examples;
    UniformRandomProvider random = new Key(settings.seed, Purpose.SIMULATION, 0).random();
    NormalDistribution normal = new NormalDistribution();
    frequency = new double[d];
    Arrays.setAll(frequency, k -> FREQUENCIES.get(k % FREQUENCIES.size()));
    double[] truth = new double[d];
    Arrays.setAll(truth, _ -> normal.inverseCumulativeProbability(random.nextDouble()));
    active = draw(random, n);
    boolean[][] heldOut = draw(random, n);
    labels = new double[n];
    for (int i = 0; i < n; i++) {
      labels[i] = settings.noise * normal.inverseCumulativeProbability(random.nextDouble());
      for (int k = 0; k < d; k++) {
        labels[i] += active[i][k] ? truth[k] : 0;
      }
    }
    kernel = products(active, active);
    across = products(heldOut, active);
  }

  private boolean[][] draw(UniformRandomProvider random, int examples) {
    boolean[][] drawn = new boolean[examples][settings.features];
    for (boolean[] x : drawn) {
      for (int k = 0; k < x.length; k++) {
        x[k] = random.nextDouble() < frequency[k];
      }
    }
    return drawn;
  }

  private static DMatrixRMaj products(boolean[][] left, boolean[][] right) {
    DMatrixRMaj products = new DMatrixRMaj(left.length, right.length);
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < right.length; j++) {
        int common = 0;
        for (int k = 0; k < left[i].length; k++) {
          common += left[i][k] && right[j][k] ? 1 : 0;
        }
        products.set(i, j, common);
      }
    }
    return products;
  }

  /** Trains on subsets: predictions of the minimum-norm solution on held-out examples (eq. 17). */
  private final class Regression {
    private final LinearSolverDense<DMatrixRMaj> solver =
        LinearSolverFactory_DDRM.chol(settings.examples);
    private final DMatrixRMaj gram = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj right = new DMatrixRMaj(0, 0);
    private final DMatrixRMaj dual = new DMatrixRMaj(0, 0);

    /**
     * @param subset indices of the training examples, of which the first {@code size} count
     * @param predictions of the held-out examples, [n], overwritten
     */
    void predict(int[] subset, int size, double[] predictions) {
      Arrays.fill(predictions, 0);
      if (size == 0) {
        return;
      }
      gram.reshape(size, size);
      right.reshape(size, 1);
      dual.reshape(size, 1);
      for (int i = 0; i < size; i++) {
        right.data[i] = labels[subset[i]];
        for (int j = 0; j < size; j++) {
          gram.data[i * size + j] = kernel.get(subset[i], subset[j]);
        }
      }
      if (!solver.setA(gram)) {
        throw new ArithmeticException("examples with the same features; another --seed has none");
      }
      solver.solve(right, dual);
      for (int t = 0; t < predictions.length; t++) {
        for (int i = 0; i < size; i++) {
          predictions[t] += across.get(t, subset[i]) * dual.data[i];
        }
      }
    }
  }

  /** Sums over subsets: how often units are in together, and outputs of the subsets with a unit. */
  private final class Sums {
    private final double[] together = new double[settings.examples * settings.examples];
    private final double[] outputs = new double[settings.examples * settings.examples];

    void add(int[] subset, int size, double[] predictions) {
      int n = settings.examples;
      for (int i = 0; i < size; i++) {
        int row = subset[i] * n;
        for (int j = 0; j < size; j++) {
          together[row + subset[j]]++;
        }
        for (int t = 0; t < n; t++) {
          outputs[row + t] += predictions[t];
        }
      }
    }

    void add(Sums other) {
      for (int i = 0; i < together.length; i++) {
        together[i] += other.together[i];
        outputs[i] += other.outputs[i];
      }
    }
  }

  /**
   * Returns datamodels by least squares on random subsets of ⌊αn⌋ examples, [n held-out, n
   * training]. Subsets of one size need no bias: it is spread over the units.
   */
  double[][] datamodels(double alpha, Workers workers) {
    int n = settings.examples;
    int size = (int) Math.floor(alpha * n);
    Sums[] parts = new Sums[PARTS];
    try (Progress.Task task =
        workers.progress().start("alpha " + alpha, settings.subsets, "subsets")) {
      workers
          .parallel()
          .forEach(
              PARTS,
              part -> {
                Sums sums = new Sums();
                Regression regression = new Regression();
                double[] predictions = new double[n];
                int[] order = new int[n];
                for (int i = part; i < settings.subsets; i += PARTS) {
                  Arrays.setAll(order, j -> j);
                  Key.shuffle(
                      order,
                      n,
                      new Key(settings.seed, Purpose.SIMULATION, subset(alpha, i)).random());
                  regression.predict(order, size, predictions);
                  sums.add(order, size, predictions);
                  task.step(1);
                }
                parts[part] = sums;
              });
    }
    Sums all = new Sums();
    Arrays.stream(parts).forEach(all::add);
    DMatrixRMaj gram = DMatrixRMaj.wrap(n, n, all.together);
    DMatrixRMaj right = DMatrixRMaj.wrap(n, n, all.outputs);
    DMatrixRMaj weights = new DMatrixRMaj(n, n);
    if (!CommonOps_DDRM.solve(gram, right, weights)) {
      throw new ArithmeticException("too few subsets for %,d examples".formatted(n));
    }
    double[][] theta = new double[n][n];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < n; i++) {
        theta[t][i] = weights.get(i, t);
      }
    }
    return theta;
  }

  /** Returns the number of the random stream of a subset; 0 is the data's. */
  private static long subset(double alpha, int i) {
    return 1 + (Math.round(1e6 * alpha) << 32) + i;
  }

  /** Returns the held-out predictions without each training example, [n, n held-out]. */
  double[][] withoutEach() {
    int n = settings.examples;
    Regression regression = new Regression();
    double[][] predictions = new double[n][n];
    for (int out = 0; out < n; out++) {
      int gone = out;
      int[] left = IntStream.range(0, n).filter(i -> i != gone).toArray();
      regression.predict(left, left.length, predictions[out]);
    }
    return predictions;
  }

  /** Returns the change of each held-out prediction when a feature's group is taken out, [d, n]. */
  double[][] effects() {
    int n = settings.examples;
    Regression regression = new Regression();
    double[] whole = new double[n];
    regression.predict(IntStream.range(0, n).toArray(), n, whole);
    double[][] effects = new double[settings.features][n];
    for (int k = 0; k < effects.length; k++) {
      int feature = k;
      int[] left = IntStream.range(0, n).filter(i -> !active[i][feature]).toArray();
      regression.predict(left, left.length, effects[k]);
      for (int t = 0; t < n; t++) {
        effects[k][t] = whole[t] - effects[k][t];
      }
    }
    return effects;
  }

  /** Returns the agreement of predicted and actual effects at one α, for each frequency. */
  public List<Point> at(double alpha, Workers workers) {
    double[][] theta = datamodels(alpha, workers);
    double[][] actual = effects();
    double[][] predicted = new double[settings.features][settings.examples];
    for (int k = 0; k < predicted.length; k++) {
      for (int t = 0; t < settings.examples; t++) {
        for (int i = 0; i < settings.examples; i++) {
          predicted[k][t] += active[i][k] ? theta[t][i] : 0;
        }
      }
    }
    List<Point> points = new ArrayList<>();
    for (double p : FREQUENCIES) {
      int[] own = IntStream.range(0, frequency.length).filter(k -> frequency[k] == p).toArray();
      double all = correlation(predicted, actual, own);
      double squares = 0;
      for (int out : own) {
        int[] others = IntStream.of(own).filter(k -> k != out).toArray();
        squares += Math.pow(correlation(predicted, actual, others) - all, 2);
      }
      points.add(new Point(alpha, p, all, Math.sqrt(squares * (own.length - 1.0) / own.length)));
    }
    return points;
  }

  private static double correlation(double[][] predicted, double[][] actual, int[] features) {
    double[] x =
        IntStream.of(features)
            .mapToObj(k -> predicted[k])
            .flatMapToDouble(Arrays::stream)
            .toArray();
    double[] y =
        IntStream.of(features).mapToObj(k -> actual[k]).flatMapToDouble(Arrays::stream).toArray();
    return Correlation.pearson(x, y);
  }
}
