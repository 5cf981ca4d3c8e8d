package dev.whence.xgboost;

import dev.whence.learn.Hyperparameters;
import dev.whence.learn.Setting;

/**
 * Hyperparameters of boosted trees and forests, named as XGBoost's scikit-learn interface names
 * them.
 *
 * @param trees rounds of boosting, or trees of the forest, for each class [100]
 * @param maxDepth of a tree [6]
 * @param learningRate what a round's trees count [0.3; a forest 1]
 * @param subsample part of the examples that a tree is grown on, drawn by the run's key [1; a
 *     forest 0.8]
 * @param columns part of the features that a split chooses from [1; a forest 0.8]
 * @param lambda L2 penalty on the leaves [1; a forest 1e-5]
 * @param minChildWeight least sum of second derivatives of a leaf [1]
 */
public record TreesConfig(
    @Setting(
            value = "rounds of boosting, or trees of the forest, for each class",
            range = "at least 1")
        int trees,
    @Setting(value = "of a tree", range = "1 to 64") int maxDepth,
    @Setting(value = "what a round's trees count", range = "above 0, at most 1")
        double learningRate,
    @Setting(
            value = "part of the examples that a tree is grown on, drawn by the run's key",
            range = "above 0, at most 1")
        double subsample,
    @Setting(value = "part of the features that a split chooses from", range = "above 0, at most 1")
        double columns,
    @Setting(value = "L2 penalty on the leaves", range = "at least 0") double lambda,
    @Setting(value = "least sum of second derivatives of a leaf", range = "at least 0")
        double minChildWeight) {

  static final TreesConfig BOOSTING = new TreesConfig(100, 6, 0.3, 1.0, 1.0, 1.0, 1.0);
  static final TreesConfig FOREST = new TreesConfig(100, 6, 1.0, 0.8, 0.8, 1e-5, 1.0);

  public TreesConfig {
    Hyperparameters checked = new Hyperparameters("learner on XGBoost");
    checked.range("trees", trees, 1, 1e6, "a whole number of at least 1");
    checked.range("maxDepth", maxDepth, 1, 64, "1 … 64");
    checked.range("learningRate", learningRate, 1e-12, 1, "above 0, at most 1");
    checked.range("subsample", subsample, 1e-12, 1, "above 0, at most 1");
    checked.range("columns", columns, 1e-12, 1, "above 0, at most 1");
    checked.range("lambda", lambda, 0, 1e12, "at least 0");
    checked.range("minChildWeight", minChildWeight, 0, 1e12, "at least 0");
  }
}
