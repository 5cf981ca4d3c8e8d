package dev.whence.attribute;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.whence.base.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.data.NpyArray;
import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;
import dev.whence.learn.Standardizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Exemplar SVMs on self-supervised features (data brittleness, §3 and A.3): for each target a
 * linear SVM with the target as the only positive example; the training examples with the largest
 * decision values are the most like it. Squared hinge, C, class weights n / (2·count), as
 * scikit-learn's LinearSVC with balanced weights.
 *
 * @param features pixels, representation (of a model of the whole of S), or a folder with train.npy
 *     and test.npy of {@code whence features}
 * @param negatives class: examples of the target's class, as in the authors' code; all: all
 *     training examples, as in their text
 * @param c C
 * @param signed whether examples of other classes count against the target
 */
public record ExemplarSvm(
    @Setting("pixels, representation, or a folder of whence features") String features,
    @Setting("class (as in the authors' code) or all (as in their text)") String negatives,
    @Setting(value = "C of the SVM", range = "above 0") double c,
    @Setting("whether examples of other classes count against the target") boolean signed)
    implements Attributor {

  private static final double TOLERANCE = 1e-4;

  public ExemplarSvm {
    Hyperparameters checked = new Hyperparameters("method esvm");
    checked.choice("negatives", negatives, List.of("class", "all"));
    checked.range("c", c, 1e-12, 1e12, "a positive number");
  }

  /** The defaults. */
  public ExemplarSvm() {
    this("pixels", "class", 0.1, true);
  }

  @Override
  public String name() {
    return "esvm";
  }

  @Override
  public String description() {
    return "exemplar SVMs on features (data brittleness with self-supervised features)";
  }

  @Override
  public boolean inOutputUnits() {
    return false;
  }

  @Override
  public Needs needs(AttributionTask task) {
    int models = features.equals("representation") ? 1 : 0;
    return new Needs(models, 24L * task.train().features().values().length);
  }

  @Override
  public Scoring prepare(AttributionTask task) throws IOException {
    Dataset train = task.train();
    int[] classes = AttributionTask.classes(train, name());
    float[] state =
        features.equals("representation")
            ? task.lastStates(AttributionTask.Source.WHOLE, 1).getFirst()
            : new float[0];
    float[] x = values(task, state, train, "train.npy", 0);
    int width = x.length / train.rows();
    Feature[][] rows = rows(x, width);
    return new Scoring() {
      @Override
      public float[][] scores(Dataset targets, int first) throws IOException {
        Feature[][] own = rows(values(task, state, targets, "test.npy", first), width);
        int[] labels = AttributionTask.classes(targets, name());
        float[][] scores = new float[own.length][];
        task.workers()
            .parallel()
            .forEach(own.length, t -> scores[t] = decide(own[t], labels[t], rows, classes));
        if (signed) {
          Similarity.sign(scores, targets, train, name());
        }
        return scores;
      }

      @Override
      public long bytes() {
        return (long) Float.BYTES * x.length;
      }
    };
  }

  /** Returns the decision value of each training example. */
  private float[] decide(Feature[] own, int label, Feature[][] rows, int[] classes) {
    int[] others =
        IntStream.range(0, rows.length)
            .filter(i -> negatives.equals("all") || classes[i] == label)
            .toArray();
    Problem problem = new Problem();
    problem.l = others.length + 1;
    problem.n = own.length;
    problem.bias = -1; // the last feature is the bias
    problem.x = new Feature[problem.l][];
    problem.y = new double[problem.l];
    problem.x[0] = own;
    problem.y[0] = 1;
    for (int i = 0; i < others.length; i++) {
      problem.x[i + 1] = rows[others[i]];
      problem.y[i + 1] = -1;
    }
    Parameter parameter = new Parameter(SolverType.L2R_L2LOSS_SVC, c, TOLERANCE);
    parameter.setWeights(
        new double[] {problem.l / 2.0, problem.l / 2.0 / others.length}, new int[] {1, -1});
    Model model = Linear.train(problem, parameter);
    double[] w = model.getFeatureWeights();
    double sign = model.getLabels()[0] == 1 ? 1 : -1;
    float[] values = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      for (Feature f : rows[i]) {
        sum += w[f.getIndex() - 1] * f.getValue();
      }
      values[i] = (float) (sign * sum);
    }
    return values;
  }

  private static Feature[][] rows(float[] values, int width) {
    Feature[][] rows = new Feature[values.length / width][width + 1];
    for (int i = 0; i < rows.length; i++) {
      for (int f = 0; f < width; f++) {
        rows[i][f] = new FeatureNode(f + 1, values[i * width + f]);
      }
      rows[i][width] = new FeatureNode(width + 1, 1);
    }
    return rows;
  }

  /** Returns the features of examples, of which the first is the file's row {@code first}. */
  private float[] values(AttributionTask task, float[] state, Dataset set, String file, int first)
      throws IOException {
    return switch (features) {
      case "pixels" -> Standardizer.of(task.train().features()).apply(set.features());
      case "representation" -> task.embeddings(state, set);
      default -> read(Path.of(features).resolve(file), first, set.rows());
    };
  }

  private static float[] read(Path file, int first, int rows) throws IOException {
    if (!Files.exists(file)) {
      throw BadInputException.at(
          "method esvm, features",
          "pixels, representation, or a folder with " + file.getFileName(),
          file);
    }
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map(file, arena).requireRank(2);
      if (array.rows() < first + rows) {
        throw BadInputException.at(file, "%,d rows".formatted(first + rows), array.rows());
      }
      int width = Math.toIntExact(array.rowSize());
      float[] values = new float[rows * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) array.get(first + i / width, i % width);
      }
      return values;
    }
  }

  static {
    Linear.disableDebugOutput();
  }
}
