package dev.whence.counterfactual;

import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.evaluate.Correlation;
import dev.whence.pool.Executor;
import dev.whence.pool.Interventions;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How well datamodels predict what taking sets of units out of S does (Ilyas et al. 2022, Alg. A.2
 * and Figure 8), and the {@link Correction} that is learnt from it: {@code counterfactuals.json}.
 *
 * @param fit options of the datamodels
 * @param models number of models trained without each set
 * @param controls number of models of the whole of S
 * @param points a point for each target and set
 * @param sets agreement by kind and size of the set
 * @param overall agreement over all points
 * @param correction learnt from all points; null where there are too few
 */
public record Counterfactuals(
    FitOptions fit,
    int models,
    int controls,
    List<Point> points,
    List<Agreement> sets,
    Agreement overall,
    @Nullable Correction correction) {

  private static final String FILE = "counterfactuals.json";

  /**
   * A set taken out for a target.
   *
   * @param kind how the units were chosen, such as top
   * @param size number of units
   * @param sum −Σ of the weights: the prediction as the papers have it
   * @param predicted corrected prediction, by a correction learnt from other targets; null where
   *     there are too few
   * @param low lower end of the 95% interval of {@code predicted}
   * @param high its upper end
   * @param measured measured change, after minus before
   * @param standardError of {@code measured}
   */
  public record Point(
      int target,
      String kind,
      int size,
      double sum,
      @Nullable Double predicted,
      @Nullable Double low,
      @Nullable Double high,
      double measured,
      double standardError) {

    /** Returns the corrected prediction, or the sum of weights where there is none. */
    public double best() {
      return predicted == null ? sum : predicted;
    }
  }

  /**
   * How predicted and measured changes of some points agree.
   *
   * @param set kind and size of the sets, or "all"
   * @param points number of points
   * @param pearson correlation of sums of weights with measured changes
   * @param spearman rank correlation of them
   * @param slope slope of measured changes on sums of weights, with an intercept
   * @param correctedPearson correlation of corrected predictions with measured changes; null, like
   *     the next three, where too few points were measured for a correction
   * @param correctedSlope slope of measured changes on corrected predictions
   * @param bias mean of measured changes less corrected predictions
   * @param coverage part of the measured changes whose two standard errors meet the interval
   * @param measured mean measured change
   * @param spread standard deviation of the predictions, in standard errors of the measured changes
   */
  public record Agreement(
      String set,
      int points,
      double pearson,
      double spearman,
      double slope,
      @Nullable Double correctedPearson,
      @Nullable Double correctedSlope,
      @Nullable Double bias,
      @Nullable Double coverage,
      double measured,
      double spread) {}

  /** Returns the correction of a study for a fit; null where none was learnt for this fit. */
  static @Nullable Correction correction(Study study, NamedScores datamodels) throws IOException {
    Counterfactuals known = read(study);
    return known != null && known.fit.equals(datamodels.fit()) ? known.correction : null;
  }

  /** Reads what was measured in a study; null where nothing was. */
  public static @Nullable Counterfactuals read(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    return Files.exists(file) ? Json.read(file, Counterfactuals.class) : null;
  }

  /** Returns this with the correction of an earlier measurement, if it is of the same fit. */
  private Counterfactuals keeping(@Nullable Counterfactuals earlier) {
    return correction != null || earlier == null || !earlier.fit.equals(fit)
        ? this
        : new Counterfactuals(fit, models, controls, points, sets, overall, earlier.correction);
  }

  /**
   * Writes the file into the study. Where too few points were measured for a correction, an earlier
   * one of the same fit is kept.
   */
  public void write(Study study) throws IOException {
    Path file = study.folder().resolve(FILE);
    try (StudyLock _ = study.lock("counterfactuals", "whence counterfactuals", file)) {
      Json.write(file, keeping(read(study)));
    }
  }

  /** Targets and sets that are measured. */
  public record Plan(int[] targets, List<UnitSet> sets, int models, int controls) {

    /** Returns the number of models trained without a set. */
    public int retrainings() {
      return Math.multiplyExact(Math.multiplyExact(targets.length, sets.size()), models);
    }
  }

  /** A point before there is a correction. */
  private record Raw(int target, UnitSet set, Correction.Measurement measurement) {}

  /**
   * Measures.
   *
   * @param ranking scores that choose the sets
   * @param datamodels fit that predicts
   */
  public static Counterfactuals measure(
      Study study,
      Plan plan,
      NamedScores ranking,
      NamedScores datamodels,
      Interventions models,
      Executor executor,
      Progress progress,
      String purpose)
      throws IOException {
    Changes changes = new Changes(study, models);
    UnitOrder order = new UnitOrder(study, ranking);
    List<Interventions.Wanted> wanted = changes.controls(plan.targets, plan.controls, plan.models);
    Map<Integer, Map<UnitSet, int[]>> units = new LinkedHashMap<>();
    for (int t : plan.targets) {
      for (UnitSet set : plan.sets) {
        int[] chosen = order.units(set, t);
        units.computeIfAbsent(t, _ -> new LinkedHashMap<>()).put(set, chosen);
        wanted.add(new Interventions.Wanted(changes.remove(t, chosen), plan.models));
      }
    }
    models.train(wanted, executor, progress, purpose);
    Outcomes outcomes = new Outcomes(study, datamodels.output(), models);
    ChangePredictor predictor = new ChangePredictor(study, datamodels, null);
    List<Raw> raw = new ArrayList<>();
    for (int t : plan.targets) {
      Sample before = Objects.requireNonNull(outcomes.all(changes.control(t), t));
      for (Map.Entry<UnitSet, int[]> entry : Objects.requireNonNull(units.get(t)).entrySet()) {
        Sample after =
            Sample.of(outcomes.of(changes.remove(t, entry.getValue()), 0, plan.models, t));
        Answer.Measured measured = after.since(before);
        raw.add(
            new Raw(
                t,
                entry.getKey(),
                new Correction.Measurement(
                    predictor.effect(t, entry.getValue()),
                    before.mean(),
                    predictor.unitVariance(t),
                    measured.value(),
                    measured.standardError())));
      }
    }
    return of(plan, Objects.requireNonNull(datamodels.fit()), raw);
  }

  private static Counterfactuals of(Plan plan, FitOptions fit, List<Raw> raw) {
    Map<Integer, Integer> fold = new LinkedHashMap<>();
    for (int t : plan.targets) {
      fold.put(t, fold.size() % 2);
    }
    @Nullable Correction[] corrections = new Correction[2];
    for (int f = 0; f < 2; f++) {
      int own = f;
      corrections[f] = learn(raw, r -> Objects.requireNonNull(fold.get(r.target)) != own);
    }
    List<Point> points = new ArrayList<>();
    for (Raw r : raw) {
      Correction.Measurement m = r.measurement;
      Correction other = corrections[Objects.requireNonNull(fold.get(r.target))];
      Prediction change =
          other == null ? null : other.change(m.effect(), m.before(), m.unitVariance());
      points.add(
          new Point(
              r.target,
              r.set.kind().label(),
              r.set.size(),
              m.effect().change(),
              change == null ? null : change.value(),
              change == null ? null : change.interval().low(),
              change == null ? null : change.interval().high(),
              m.measured(),
              m.error()));
    }
    List<Agreement> agreements = new ArrayList<>();
    for (UnitSet set : plan.sets) {
      agreements.add(
          agreement(
              set.text(),
              points.stream()
                  .filter(p -> p.kind.equals(set.kind().label()) && p.size == set.size())
                  .toList()));
    }
    return new Counterfactuals(
        fit,
        plan.models,
        plan.controls,
        points,
        agreements,
        agreement("all", points),
        corrections[0] == null || corrections[1] == null ? null : learn(raw, _ -> true));
  }

  private static @Nullable Correction learn(List<Raw> raw, Predicate<Raw> which) {
    List<Correction.Measurement> measurements =
        raw.stream().filter(which).map(Raw::measurement).toList();
    return measurements.size() < Correction.FEWEST ? null : Correction.learn(measurements);
  }

  private static Agreement agreement(String set, List<Point> points) {
    double[] sum = points.stream().mapToDouble(Point::sum).toArray();
    double[] best = points.stream().mapToDouble(Point::best).toArray();
    double[] measured = points.stream().mapToDouble(Point::measured).toArray();
    double error = points.stream().mapToDouble(Point::standardError).average().orElse(0);
    boolean corrected = points.stream().allMatch(p -> p.predicted != null);
    double bias = 0;
    long met = 0;
    for (Point p : points) {
      bias += (p.measured - p.best()) / points.size();
      boolean meets =
          p.low != null
              && p.high != null
              && Answer.meet(p.measured, p.standardError, p.low, p.high);
      met += meets ? 1 : 0;
    }
    return new Agreement(
        set,
        points.size(),
        Correlation.pearson(sum, measured),
        Correlation.spearman(sum, measured),
        slope(sum, measured),
        corrected ? Correlation.pearson(best, measured) : null,
        corrected ? slope(best, measured) : null,
        corrected ? bias : null,
        corrected ? (double) met / points.size() : null,
        Sample.of(measured).mean(),
        Math.sqrt(Sample.of(best).variance()) / error);
  }

  /** Returns the slope of the least-squares line of y on x; NaN where x is constant. */
  private static double slope(double[] x, double[] y) {
    Sample xs = Sample.of(x);
    Sample ys = Sample.of(y);
    return xs.variance() > 0
        ? Correlation.pearson(x, y) * Math.sqrt(ys.variance() / xs.variance())
        : Double.NaN;
  }
}
