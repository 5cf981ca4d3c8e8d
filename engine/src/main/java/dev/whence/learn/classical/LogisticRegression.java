package dev.whence.learn.classical;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.whence.base.BadInputException;
import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.Learner;
import dev.whence.learn.LearnerFactory;
import dev.whence.learn.Setting;
import dev.whence.learn.Standardizer;
import dev.whence.learn.Trainer;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Logistic regression by LIBLINEAR (Fan et al. 2008), solved to a tolerance: each class against the
 * rest, minimising ‖w‖²/2 + C·Σ log(1 + exp(−y·wᵀx)) on standardised features. The bias is the
 * weight of a feature that is always 1, and part of ‖w‖².
 *
 * <p>Unlike the learner softmax, which SGD trains for some epochs, it draws no random numbers.
 */
public final class LogisticRegression extends ConfiguredLearner<LogisticRegression.Config> {

  static {
    Linear.disableDebugOutput();
  }

  private LogisticRegression(Config config) {
    super("logistic", config);
  }

  /**
   * Hyperparameters.
   *
   * @param c weight C of an example's loss [1]
   * @param tolerance tolerance of LIBLINEAR's stopping rule [0.01]
   */
  public record Config(
      @Setting(value = "weight of an example's loss", range = "above 0") double c,
      @Setting(value = "of LIBLINEAR's stopping rule", range = "between 0 and 1")
          double tolerance) {
    public Config {
      if (!(c > 0 && c < 1e9)) {
        throw BadInputException.at("learner logistic, c", "a number above 0", c);
      }
      if (!(tolerance > 0 && tolerance < 1)) {
        throw BadInputException.at("learner logistic, tolerance", "between 0 and 1", tolerance);
      }
    }
  }

  /** Makes learners of logistic regression. */
  public static final class Factory implements LearnerFactory {
    @Override
    public String name() {
      return "logistic";
    }

    @Override
    public String description() {
      return "logistic regression solved by LIBLINEAR, each class against the rest";
    }

    @Override
    public Class<? extends Record> settings() {
      return Config.class;
    }

    @Override
    public Learner create(ObjectNode config) {
      return new LogisticRegression(read(config, new Config(1, 0.01)));
    }
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    if (!(train.labels() instanceof Labels.Classes classes)) {
      throw BadInputException.at("learner logistic", "classes for labels", "real numbers");
    }
    Standardizer standardizer = Standardizer.of(train.features());
    Feature[][] x = rows(standardizer, train.features());
    List<Feature[][]> sets =
        targets.stream().map(set -> set == train.features() ? x : rows(standardizer, set)).toList();
    Parameter parameter = new Parameter(SolverType.L2R_LR, config.c(), config.tolerance());
    return new LogisticTrainer(classes, x, sets, parameter);
  }

  /** Returns each example's values and a 1 for the bias, numbered from 1. */
  private static Feature[][] rows(Standardizer standardizer, Features features) {
    float[] values = standardizer.apply(features);
    int size = features.size();
    Feature[][] rows = new Feature[features.rows()][size + 1];
    for (int i = 0; i < rows.length; i++) {
      for (int f = 0; f < size; f++) {
        rows[i][f] = new FeatureNode(f + 1, values[i * size + f]);
      }
      rows[i][size] = new FeatureNode(size + 1, 1);
    }
    return rows;
  }

  /** Trains runs. */
  private record LogisticTrainer(
      Labels.Classes classes, Feature[][] x, List<Feature[][]> sets, Parameter parameter)
      implements Trainer {

    @Override
    public int outputs() {
      return classes.count();
    }

    @Override
    public float[][] run(int[] members, Relabelling changed, Key key) {
      if (!changed.isEmpty()) {
        return new LogisticTrainer((Labels.Classes) changed.apply(classes), x, sets, parameter)
            .run(members, key);
      }
      if (members.length == 0) { // without examples all classes have the same score
        return sets.stream().map(set -> new float[set.length * outputs()]).toArray(float[][]::new);
      }
      Problem problem = new Problem();
      problem.l = members.length;
      problem.n = x[0].length;
      problem.bias = -1; // the last feature is the bias
      problem.x = new Feature[members.length][];
      problem.y = new double[members.length];
      for (int i = 0; i < members.length; i++) {
        problem.x[i] = x[members[i]];
        problem.y[i] = classes.values()[members[i]];
      }
      Model model = Linear.train(problem, parameter.clone());
      return sets.stream().map(set -> decide(model, set, members.length)).toArray(float[][]::new);
    }

    /**
     * Returns the score of each class for each target, [rows, classes]. Where the subset has two
     * classes, the score of LIBLINEAR's second class is 0. A class that the subset lacks has the
     * lowest of these scores minus ln(members + 1).
     */
    private float[] decide(Model model, Feature[][] set, int members) {
      int[] labels = model.getLabels();
      float[] outputs = new float[Math.multiplyExact(set.length, outputs())];
      double[] scores = new double[labels.length];
      for (int t = 0; t < set.length; t++) {
        Linear.predictValues(model, set[t], scores);
        if (labels.length == 2) {
          scores[1] = 0;
        }
        double lowest = Arrays.stream(scores).min().orElse(0);
        int at = t * outputs();
        Arrays.fill(outputs, at, at + outputs(), (float) (lowest - StrictMath.log(members + 1.0)));
        for (int c = 0; c < labels.length; c++) {
          outputs[at + labels[c]] = (float) scores[c];
        }
      }
      return outputs;
    }
  }
}
