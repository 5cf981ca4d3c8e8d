package dev.whence.counterfactual;

import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.evaluate.Accuracy;
import dev.whence.evaluate.Correlation;
import dev.whence.pool.Executor;
import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param retrainings agreement by the number of models without each set that measure (App. F.6)
 * @param heldOutCoverage part of the mean outputs of held-out random subsets that the 95% intervals
 *     of their predictions hold; null without held-out subsets
 * @param accuracy part of the targets that models of the whole of S are right about; null where the
 *     output does not tell
 * @param correction learnt from all points; null where there are too few
 */
public record Counterfactuals(
    FitOptions fit,
    int models,
    int controls,
    List<Point> points,
    List<Agreement> sets,
    Agreement overall,
    List<Retrainings> retrainings,
    @Nullable Double heldOutCoverage,
    @Nullable Double accuracy,
    @Nullable Correction correction) {

  public Counterfactuals {
    retrainings = retrainings == null ? List.of() : retrainings; // files of version 0.1 lack them
  }

  private static final String FILE = "counterfactuals.json";

  /** Numbers of models without a set for which agreement is shown. */
  private static final List<Integer> FEWER = List.of(1, 2, 5, 10, 20, 50);

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

  /**
   * Agreement of predictions with the mean of the first models without each set.
   *
   * @param models number of models
   * @param pearson correlation of predictions with measured changes
   * @param spearman rank correlation
   */
  public record Retrainings(int models, double pearson, double spearman) {}

  /** Returns the correction of a study for a fit; null where none was learnt for this fit. */
  static @Nullable Correction correction(Study study, NamedScores datamodels) throws IOException {
    Counterfactuals known = read(study, datamodels);
    Correction learnt = known == null ? null : known.correction;
    return learnt != null && learnt.isCurrent() ? learnt : null;
  }

  /** Returns where measurements are: of named fits beside their weights. */
  private static Path file(Study study, String fit) {
    return fit.equals(NamedScores.DATAMODELS)
        ? study.folder().resolve(FILE)
        : NamedScores.folder(study, fit).resolve(FILE);
  }

  /** Reads what was measured of a fit; null where nothing was, or of an earlier fit of the name. */
  public static @Nullable Counterfactuals read(Study study, NamedScores datamodels)
      throws IOException {
    Path file = file(study, datamodels.name());
    Counterfactuals known = Files.exists(file) ? Json.read(file, Counterfactuals.class) : null;
    return known != null && known.fit.equals(datamodels.fit()) ? known : null;
  }

  /** Returns this with the correction of an earlier measurement, if it is of the same fit. */
  private Counterfactuals keeping(@Nullable Counterfactuals earlier) {
    return correction != null || earlier == null
        ? this
        : new Counterfactuals(
            fit,
            models,
            controls,
            points,
            sets,
            overall,
            retrainings,
            heldOutCoverage,
            accuracy,
            earlier.correction);
  }

  /**
   * Writes the file into the study. Where too few points were measured for a correction, an earlier
   * one of the same fit is kept.
   */
  public void write(Study study, NamedScores datamodels) throws IOException {
    Path file = file(study, datamodels.name());
    try (StudyLock _ = study.lock("counterfactuals", "whence counterfactuals", file)) {
      Json.write(file, keeping(read(study, datamodels)));
    }
  }

  /**
   * Targets and sets that are measured.
   *
   * @param models number of models trained without each set
   * @param controls number of models of the whole of S
   */
  public record Plan(int[] targets, List<UnitSet> sets, int models, int controls) {

    /**
     * Returns the number of models trained without a set.
     *
     * @param rankings number of scores that choose sets
     */
    public int retrainings(int rankings) {
      long ofScores = sets.stream().filter(UnitSet::ofScores).count();
      long chosen = sets.size() + (rankings - 1) * ofScores;
      return Math.toIntExact(targets.length * chosen * models);
    }
  }

  /**
   * A set of units that is taken out for each target.
   *
   * @param order of the scores that choose its units
   * @param kind how its units are chosen, such as top, or "top of trak"
   */
  private record Chosen(UnitOrder order, UnitSet set, String kind) {
    String text() {
      return "%s:%d".formatted(kind, set.size());
    }
  }

  /**
   * A point before there is a correction.
   *
   * @param outputs outputs of the models without the set
   */
  private record Raw(
      int target, Chosen set, Correction.Measurement measurement, Sample before, double[] outputs) {

    /** Returns the change that the first models show. */
    double measured(int models) {
      return Sample.of(Arrays.copyOf(outputs, models)).since(before).value();
    }
  }

  private static List<Chosen> chosen(Study study, Plan plan, List<NamedScores> rankings)
      throws IOException {
    List<Chosen> chosen = new ArrayList<>();
    for (NamedScores ranking : rankings) {
      boolean first = ranking == rankings.getFirst();
      UnitOrder order = new UnitOrder(study, ranking);
      for (UnitSet set : plan.sets) {
        String kind = set.kind().label();
        boolean plain = first && ranking.name().equals(NamedScores.DATAMODELS) || !set.ofScores();
        if (first || set.ofScores()) {
          chosen.add(new Chosen(order, set, plain ? kind : kind + " of " + ranking.name()));
        }
      }
    }
    return chosen;
  }

  /**
   * Measures.
   *
   * @param rankings scores that choose the sets, each its own
   * @param datamodels fit that predicts
   */
  public static Counterfactuals measure(
      Study study,
      Plan plan,
      List<NamedScores> rankings,
      NamedScores datamodels,
      Interventions models,
      Executor executor,
      Progress progress,
      String purpose)
      throws IOException {
    Changes changes = new Changes(study, models);
    List<Chosen> sets = chosen(study, plan, rankings);
    List<Interventions.Wanted> wanted = changes.controls(plan.targets, plan.controls, plan.models);
    wanted.add(new Interventions.Wanted(Intervention.NONE, plan.controls));
    Map<Integer, Map<Chosen, int[]>> units = new LinkedHashMap<>();
    for (int t : plan.targets) {
      for (Chosen set : sets) {
        int[] out = set.order.units(set.set, t);
        units.computeIfAbsent(t, _ -> new LinkedHashMap<>()).put(set, out);
        wanted.add(new Interventions.Wanted(changes.remove(t, out), plan.models));
      }
    }
    models.train(wanted, executor, progress, purpose);
    Outcomes outcomes = new Outcomes(study, datamodels.output(), models);
    ChangePredictor predictor = new ChangePredictor(study, datamodels, null);
    List<Raw> raw = new ArrayList<>();
    for (int t : plan.targets) {
      Sample before = Objects.requireNonNull(outcomes.all(changes.control(t), t));
      for (Map.Entry<Chosen, int[]> entry : Objects.requireNonNull(units.get(t)).entrySet()) {
        double[] after = outcomes.of(changes.remove(t, entry.getValue()), 0, plan.models, t);
        Answer.Measured measured = Sample.of(after).since(before);
        raw.add(
            new Raw(
                t,
                entry.getKey(),
                new Correction.Measurement(
                    predictor.effect(t, entry.getValue()),
                    before.mean(),
                    predictor.unitVariance(t),
                    measured.value(),
                    measured.standardError()),
                before,
                after));
      }
    }
    return of(
        plan,
        sets,
        Objects.requireNonNull(datamodels.fit()),
        raw,
        PredictionErrors.coverage(study, datamodels),
        Accuracy.of(
            datamodels.output(),
            models.outputsOfWhole(datamodels.output(), plan.controls),
            models.unitOfTarget()));
  }

  private static Counterfactuals of(
      Plan plan,
      List<Chosen> sets,
      FitOptions fit,
      List<Raw> raw,
      @Nullable Double heldOutCoverage,
      @Nullable Double accuracy) {
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
              r.set.kind,
              r.set.set.size(),
              m.effect().change(),
              change == null ? null : change.value(),
              change == null ? null : change.interval().low(),
              change == null ? null : change.interval().high(),
              m.measured(),
              m.error()));
    }
    List<Agreement> agreements = new ArrayList<>();
    for (Chosen set : sets) {
      agreements.add(
          agreement(
              set.text(),
              points.stream()
                  .filter(p -> p.kind.equals(set.kind) && p.size == set.set.size())
                  .toList()));
    }
    return new Counterfactuals(
        fit,
        plan.models,
        plan.controls,
        points,
        agreements,
        agreement("all", points),
        retrainings(plan, raw, points),
        heldOutCoverage,
        accuracy,
        corrections[0] == null || corrections[1] == null ? null : learn(raw, _ -> true));
  }

  private static List<Retrainings> retrainings(Plan plan, List<Raw> raw, List<Point> points) {
    double[] best = points.stream().mapToDouble(Point::best).toArray();
    List<Retrainings> all = new ArrayList<>();
    for (int models : FEWER) {
      if (models <= plan.models) {
        double[] measured = raw.stream().mapToDouble(r -> r.measured(models)).toArray();
        all.add(
            new Retrainings(
                models, Correlation.pearson(best, measured), Correlation.spearman(best, measured)));
      }
    }
    return all;
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
