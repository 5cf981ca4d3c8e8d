package dev.whence.xgboost;

import dev.whence.base.Key;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.data.Labels;
import dev.whence.data.Relabelling;
import dev.whence.learn.ConfiguredLearner;
import dev.whence.learn.FailedRunException;
import dev.whence.learn.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trees by XGBoost (Chen and Guestrin 2016), grown on histograms: boosted, a round after another,
 * or a forest, all in one round. Classes by multinomial log-loss, outputs are the margins before
 * softmax; real labels by squared error.
 *
 * <p>Features are taken as they are: trees do not mind their scale.
 */
final class Trees extends ConfiguredLearner<TreesConfig> {

  private final boolean forest;

  Trees(String name, boolean forest, TreesConfig config) {
    super(name, config);
    this.forest = forest;
  }

  @Override
  public Trainer prepare(Dataset train, List<Features> targets) {
    return new TreesTrainer(train, targets);
  }

  /** Returns XGBoost's parameters for a run. */
  Map<String, Object> parameters(Labels labels, int seed) {
    Map<String, Object> parameters = new java.util.TreeMap<>();
    parameters.put("tree_method", "hist");
    parameters.put("nthread", 1);
    parameters.put("seed", seed);
    parameters.put("verbosity", 0);
    parameters.put("eta", config.learningRate());
    parameters.put("max_depth", config.maxDepth());
    parameters.put("subsample", config.subsample());
    parameters.put("colsample_bynode", config.columns());
    parameters.put("reg_lambda", config.lambda());
    parameters.put("min_child_weight", config.minChildWeight());
    if (forest) {
      parameters.put("num_parallel_tree", config.trees());
    }
    if (labels instanceof Labels.Classes classes) {
      parameters.put("objective", "multi:softprob");
      parameters.put("num_class", classes.count());
    } else {
      parameters.put("objective", "reg:squarederror");
    }
    return parameters;
  }

  /** Returns the rounds of boosting. */
  int rounds() {
    return forest ? 1 : config.trees();
  }

  /** TreesTrainer. */
  private final class TreesTrainer implements Trainer {
    private final Dataset train;
    private final List<Features> targets;

    TreesTrainer(Dataset train, List<Features> targets) {
      this.train = train;
      this.targets = targets;
    }

    @Override
    public int outputs() {
      return train.labels().outputs();
    }

    @Override
    public float[][] run(int[] members, Relabelling changed, Key key) {
      Map<String, Object> parameters = parameters(train.labels(), key.random().nextInt() >>> 1);
      try {
        DMatrix subset = matrix(train.features().select(members));
        Booster booster = null;
        try {
          subset.setLabel(values(changed.apply(train.labels()).select(members)));
          booster = XGBoost.train(subset, parameters, rounds(), Map.of(), null, null);
          List<float[]> outputs = new ArrayList<>();
          for (Features set : targets) {
            outputs.add(predict(booster, set));
          }
          return outputs.toArray(float[][]::new);
        } finally {
          subset.dispose();
          if (booster != null) {
            booster.dispose();
          }
        }
      } catch (XGBoostError e) {
        throw new FailedRunException("XGBoost: " + e.getMessage());
      }
    }

    private static float[] values(Labels labels) {
      return switch (labels) {
        case Labels.Classes classes -> {
          float[] values = new float[classes.rows()];
          for (int i = 0; i < values.length; i++) {
            values[i] = classes.values()[i];
          }
          yield values;
        }
        case Labels.Reals reals -> reals.values();
      };
    }

    private float[] predict(Booster booster, Features set) throws XGBoostError {
      DMatrix matrix = matrix(set);
      try {
        float[][] margins = booster.predict(matrix, true);
        float[] flat = new float[Math.multiplyExact(set.rows(), outputs())];
        for (int i = 0; i < margins.length; i++) {
          System.arraycopy(margins[i], 0, flat, i * outputs(), outputs());
        }
        return flat;
      } finally {
        matrix.dispose();
      }
    }

    private static DMatrix matrix(Features features) throws XGBoostError {
      return new DMatrix(features.values(), features.rows(), features.size(), Float.NaN);
    }
  }
}
