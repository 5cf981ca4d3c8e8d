package dev.whence.counterfactual;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A search that adds models only until it knows enough. Two models at a time are trained at the
 * size that all measured sizes, laid over the predicted fall of the output, point to; when a size
 * close to the wanted one is found, fresh models are added to it until {@link SequentialTest} is
 * sure that their mean output is negative. A size that fails is followed by a larger one.
 *
 * <p>The probability that a set is called verified though the mean output without it is not
 * negative is at most the rate of the test, over all looks and sizes of the target: only fresh
 * models decide.
 */
final class SequentialSearch implements SupportSearch {

  /** Models that are trained at a size in the search. */
  private static final int FEW = 2;

  private static final int MOST_STEPS = 6;
  private static final int MOST_ATTEMPTS = 4;

  /** A size is close to the wanted one if it is at most this part larger. */
  private static final double CLOSE = 0.1;

  /** Largest factor from the largest measured size to the next. */
  private static final double REACH = 4;

  /** Factor from a size that failed to the least one that follows. */
  private static final double LARGER = 1.15;

  /**
   * How far below 0 the mean output shall be, in standard deviations of one model's output: nearer
   * to 0 verification would take many models.
   */
  private static final double AIM = 0.5;

  private final Candidates candidates;
  private final SequentialTest test;
  private final double[] scale;
  private final boolean predicted;
  private final TreeMap<Integer, List<Double>> measured = new TreeMap<>();
  private final List<Double> fresh = new ArrayList<>();
  private int size;
  private int least = 1;
  private int steps;
  private int attempt;
  private boolean verifying;
  private int models;
  private @Nullable Support result;

  /**
   * @param rate probability that a set is called verified without which the mean output is not
   *     negative
   */
  SequentialSearch(Candidates candidates, double rate) {
    this.candidates = candidates;
    test = new SequentialTest(rate, candidates.before().variance());
    predicted = candidates.drops() != null;
    scale = scale(candidates);
    if (candidates.before().mean() < 0) {
      result = candidates.wrongAlready();
    } else {
      propose();
    }
  }

  /** Returns a strictly increasing function of k: the predicted fall, or k itself. */
  private static double[] scale(Candidates candidates) {
    double[] scale = new double[candidates.most() + 1];
    double[] drops = candidates.drops();
    double highest = 0;
    for (int k = 0; drops != null && k < scale.length; k++) {
      highest = Math.max(highest, drops[k]);
    }
    double step = drops == null || highest <= 0 ? 1 : 1e-3 * highest / candidates.most();
    double most = 0;
    for (int k = 1; k < scale.length; k++) {
      most = drops == null ? 0 : Math.max(most, drops[k]);
      scale[k] = most + step * k;
    }
    return scale;
  }

  private static Sample sample(List<Double> outputs) {
    return Sample.of(outputs.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns the standard deviation of one model's output, pooled over the measured sizes. */
  private double deviation() {
    Sample before = candidates.before();
    double squares = before.variance() * (before.models() - 1);
    int degrees = before.models() - 1;
    for (List<Double> outputs : measured.values()) {
      Sample sample = sample(outputs);
      if (sample.models() > 1) {
        squares += sample.variance() * (sample.models() - 1);
        degrees += sample.models() - 1;
      }
    }
    return Math.sqrt(squares / degrees);
  }

  /** Returns the size at which the mean output is expected to be as far below 0 as is aimed at. */
  private int wanted() {
    double aim = AIM * deviation();
    int n = measured.size() + 1;
    double[] xs = new double[n];
    double[] ys = new double[n];
    double[] weights = new double[n];
    ys[0] = candidates.before().mean() + aim;
    weights[0] = candidates.before().models();
    int i = 1;
    for (Map.Entry<Integer, List<Double>> point : measured.entrySet()) {
      Sample sample = sample(point.getValue());
      xs[i] = scale[point.getKey()];
      ys[i] = sample.mean() + aim;
      weights[i++] = sample.models();
    }
    double[] fitted = Isotonic.decreasing(ys, weights);
    double zero = Isotonic.zero(xs, fitted);
    int largest = measured.isEmpty() ? 0 : measured.lastKey();
    if (Double.isNaN(zero)) {
      if (largest == 0) {
        if (!predicted) {
          return Math.max(1, candidates.most() / 16);
        }
        zero = ys[0];
      } else {
        double fall = fitted[0] - fitted[n - 1];
        zero = fall > 0 ? fitted[0] * xs[n - 1] / fall : Double.POSITIVE_INFINITY;
      }
    }
    int k = 1;
    while (k < candidates.most() && scale[k] < zero) {
      k++;
    }
    return largest == 0 ? k : (int) Math.min(k, Math.ceil(REACH * largest));
  }

  /** Decides on the next size, and whether it is to be verified. */
  private void propose() {
    int wanted = Math.min(Math.max(least, wanted()), candidates.most());
    Map.Entry<Integer, List<Double>> near = measured.ceilingEntry(wanted);
    boolean close =
        near != null
            && near.getKey() <= Math.ceil(wanted * (1 + CLOSE))
            && sample(near.getValue()).mean() < 0;
    if (close || steps >= MOST_STEPS) {
      size = close ? Objects.requireNonNull(near).getKey() : wanted;
      verifying = true;
      attempt++;
      fresh.clear();
    } else {
      size = wanted;
      steps++;
    }
  }

  @Override
  public @Nullable Request next() {
    if (result != null) {
      return null;
    }
    int used = measured.getOrDefault(size, List.of()).size();
    int count = verifying ? SequentialTest.next(fresh.size()) - fresh.size() : FEW;
    return new Request(
        candidates.change().apply(size), used + (verifying ? fresh.size() : 0), count);
  }

  @Override
  public void take(double[] outputs) {
    models += outputs.length;
    List<Double> seen = verifying ? fresh : measured.computeIfAbsent(size, _ -> new ArrayList<>());
    for (double y : outputs) {
      seen.add(y);
    }
    if (verifying) {
      verify();
    } else if (size == candidates.most() && sample(seen).mean() > 0) {
      giveUpOrGoOn(seen);
    } else {
      propose();
    }
  }

  /** Ends the search if the largest size does not flip the prediction for sure. */
  private void giveUpOrGoOn(List<Double> outputs) {
    if (outputs.size() > FEW || test.hopeless(sample(outputs), 1)) {
      result = candidates.none(models);
    }
  }

  private void verify() {
    Sample sample = sample(fresh);
    if (test.negative(sample, attempt)) {
      end(true, sample.mean());
      return;
    }
    boolean out = SequentialTest.next(fresh.size()) < 0;
    if (!out && !test.hopeless(sample, attempt)) {
      return;
    }
    measured.computeIfAbsent(size, _ -> new ArrayList<>()).addAll(fresh);
    verifying = false;
    if (size == candidates.most() && sample.mean() > 0) {
      result = candidates.none(models);
    } else if (attempt == MOST_ATTEMPTS || size == candidates.most()) {
      end(false, sample.mean());
    } else {
      least = (int) Math.ceil(LARGER * size);
      steps = Math.min(steps, MOST_STEPS - 1);
      propose();
    }
  }

  private void end(boolean verified, double mean) {
    result = new Support(candidates.target(), size, candidates.units(size), verified, mean, models);
  }

  @Override
  public Support result() {
    return Objects.requireNonNull(result);
  }
}
