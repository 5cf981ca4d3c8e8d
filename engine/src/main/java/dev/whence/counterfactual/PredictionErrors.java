package dev.whence.counterfactual;

import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.evaluate.Judges;
import dev.whence.regress.DatamodelStore;
import dev.whence.regress.NamedScores;
import dev.whence.store.RunStore;
import dev.whence.store.Study;
import dev.whence.store.StudyPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far datamodels' predictions are from the mean outputs of held-out subsets.
 *
 * <p>For a target, the mean of (prediction − mean output)² over held-out subsets, less the variance
 * that training leaves in a mean output, estimates τ², the mean squared error of the predictions:
 * the error of the weights and what linearity leaves out. Single targets' estimates are noisy, so
 * they are drawn to the mean ratio of τ² to the validation error over targets, by as much as their
 * own error says (empirical Bayes, Morris 1983). Without held-out subsets τ² is the validation
 * error, noise of training included.
 */
final class PredictionErrors {

  /** Largest number of targets over which the mean ratio is taken. */
  private static final int MOST = 200;

  private static final int ALL = -1;

  private final NamedScores datamodels;
  private final int part;
  private final int[] targets;
  private final double[] bias;
  private final double alpha;
  private final @Nullable Judges judges;
  private final double[] validation;
  private final Map<Integer, Double> known = new HashMap<>();
  private final double mean;
  private final double variance;

  /**
   * τ² over the validation error of a target.
   *
   * @param value the estimate
   * @param error its squared standard error
   */
  private record Ratio(double value, double error) {}

  /**
   * How far a prediction is from the mean output of a held-out subset.
   *
   * @param value prediction less mean output
   * @param error squared standard error of the mean output; 0 of one model
   */
  private record Distance(double value, double error) {}

  /**
   * @param part which of the held-out subsets are used: 0 for those with even numbers, 1 for those
   *     with odd ones, {@link #ALL} for all
   */
  private PredictionErrors(
      Study study, NamedScores datamodels, @Nullable Judges judges, double alpha, int part)
      throws IOException {
    this.datamodels = datamodels;
    this.judges = judges;
    this.alpha = alpha;
    this.part = part;
    bias = Objects.requireNonNull(datamodels.bias());
    validation =
        DatamodelStore.open(NamedScores.folder(study, datamodels.name())).validationErrors();
    targets = sample(study);
    double sum = 0;
    double squares = 0;
    double errors = 0;
    int count = 0;
    for (int i = 0; judges != null && i < targets.length; i++) {
      Ratio ratio = ratio(targets[i]);
      if (Double.isFinite(ratio.value) && Double.isFinite(ratio.error)) {
        sum += ratio.value;
        squares += ratio.value * ratio.value;
        errors += ratio.error;
        count++;
      }
    }
    mean = count == 0 ? 1 : Math.max(0, sum / count);
    variance =
        count < 2 ? 0 : Math.max(0, (squares - sum * sum / count) / (count - 1) - errors / count);
  }

  private static PredictionErrors of(Study study, NamedScores datamodels, int part)
      throws IOException {
    StudyPool pool = study.pool(Objects.requireNonNull(datamodels.fit()).pool());
    double alpha = pool.spec() == null ? heldFraction(pool) : pool.spec().design().alpha();
    Judges judges = Judges.repeats(study, pool, datamodels.output());
    return new PredictionErrors(study, datamodels, judges, alpha, part);
  }

  /** Returns the errors of a fit, by all held-out subsets. */
  static PredictionErrors of(Study study, NamedScores datamodels) throws IOException {
    return of(study, datamodels, ALL);
  }

  /**
   * Returns the part of the mean outputs of held-out subsets that the 95% intervals of their
   * predictions hold, where the errors are estimated from the other half of the subsets; null
   * without held-out subsets.
   */
  static @Nullable Double coverage(Study study, NamedScores datamodels) throws IOException {
    long held = 0;
    long all = 0;
    for (int half = 0; half < 2; half++) {
      PredictionErrors other = of(study, datamodels, 1 - half);
      Judges judges = other.judges;
      for (int i = 0; judges != null && i < other.targets.length; i++) {
        int t = other.targets[i];
        List<Distance> distances = other.distances(judges, t, half);
        double noise = distances.stream().mapToDouble(Distance::error).average().orElse(0);
        double error = Math.sqrt(other.validation[t] * other.shrunk(t) + noise);
        for (Distance one : distances) {
          held += Math.abs(one.value) <= Prediction.UPPER * error ? 1 : 0;
          all++;
        }
      }
    }
    return all == 0 ? null : (double) held / all;
  }

  private static int[] sample(Study study) {
    int n = study.manifest().targets();
    int[] order = IntStream.range(0, n).toArray();
    Key.shuffle(order, n, new Key(study.manifest().seed(), Purpose.SAMPLE, -3).random());
    return Arrays.copyOf(order, Math.min(n, MOST));
  }

  /** Returns the mean fraction of the units that the subsets of imported runs hold. */
  private static double heldFraction(StudyPool pool) throws IOException {
    RunStore runs = RunStore.open(pool.runs(), List.of());
    int done = Math.min(runs.doneRuns(), runs.chunkRows());
    long held = 0;
    for (byte b : runs.masks(done)) {
      held += Integer.bitCount(b & 0xff);
    }
    return (double) held / ((long) done * runs.units());
  }

  /** Returns α, the fraction of the units that the pool's subsets hold. */
  double alpha() {
    return alpha;
  }

  private Ratio ratio(int target) throws IOException {
    Sample squared =
        Sample.of(
            distances(Objects.requireNonNull(judges), target, part).stream()
                .mapToDouble(one -> one.value * one.value - one.error)
                .toArray());
    double scale = validation[target];
    return new Ratio(squared.mean() / scale, squared.error() / (scale * scale));
  }

  /** Returns the distance of a target's prediction from each held-out subset of a part. */
  private List<Distance> distances(Judges held, int target, int which) throws IOException {
    float[] weights = datamodels.rows().row(target);
    int[] support = IntStream.range(0, weights.length).filter(j -> weights[j] != 0).toArray();
    int own = held.units()[target];
    int times = held.times();
    List<Distance> distances = new ArrayList<>();
    for (int r = 0; r < held.subsets(); r++) {
      if (which != ALL && r % 2 != which || own >= 0 && held.runs().holds(r * times, own)) {
        continue;
      }
      double predicted = bias[target];
      for (int j : support) {
        predicted += held.runs().holds(r * times, j) ? weights[j] : 0;
      }
      double[] outputs = new double[times];
      for (int k = 0; k < times; k++) {
        outputs[k] = held.runs().output(r * times + k, target);
      }
      Sample sample = Sample.of(outputs);
      distances.add(new Distance(predicted - sample.mean(), times > 1 ? sample.error() : 0));
    }
    return distances;
  }

  /**
   * Returns the variance of a prediction's error for each unit by which a subset differs from
   * others: τ² over d·α(1 − α), the variance of the number of units in which two subsets differ.
   */
  double unitVariance(int target) throws IOException {
    Double found = known.get(target);
    if (found == null) {
      int units = datamodels.rows().units();
      found = validation[target] * shrunk(target) / (units * alpha * (1 - alpha));
      known.put(target, found);
    }
    return found;
  }

  private double shrunk(int target) throws IOException {
    if (judges == null) {
      return 1;
    }
    Ratio own = ratio(target);
    double share = variance + own.error > 0 ? variance / (variance + own.error) : 0;
    double shrunk = Double.isFinite(own.value) ? share * own.value + (1 - share) * mean : mean;
    return Math.max(shrunk, mean / 4);
  }
}
