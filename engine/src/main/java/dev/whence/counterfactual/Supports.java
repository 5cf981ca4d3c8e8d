package dev.whence.counterfactual;

import dev.whence.base.BadInputException;
import dev.whence.base.Progress;
import dev.whence.pool.Executor;
import dev.whence.pool.Intervention;
import dev.whence.pool.Interventions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the data support of targets: sets of units without which models are wrong about them. */
public final class Supports {

  /** How a support is sought. */
  public enum Method {
    /** Models are added until the sign of the mean output is sure ({@link SequentialSearch}). */
    SEQUENTIAL,
    /** Algorithm 1 of Ilyas et al. 2022 ({@link GuidedSearch}). */
    GUIDED,
    /** Halving of the interval of sizes ({@link BisectionSearch}). */
    BISECTION,
    /** The datamodels' own prediction, without training (App. F.3.2). */
    PREDICTED,
    /** All sets, smallest first: for some ten units ({@link ExhaustiveSearch}). */
    EXHAUSTIVE;

    /** Returns the name in commands. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the method with the given name. */
    public static Method of(String name) {
      return Arrays.stream(values())
          .filter(m -> m.label().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  BadInputException.unknown(
                      "--method", Arrays.stream(values()).map(Method::label).toList(), name));
    }
  }

  /**
   * How supports are sought.
   *
   * @param order order in which units are taken: {@link UnitSet.Kind#TOP} of the guiding scores, or
   *     a baseline such as {@link UnitSet.Kind#NEAR}
   * @param relabel whether examples get the target's runner-up class, instead of being taken out
   * @param upTo largest size; 0 for a fifth of the units
   * @param majority whether bisection asks for most models to be wrong, not for a negative mean
   * @param controls number of models of the whole of S
   * @param rate probability that the sequential method calls a set of a target verified whose mean
   *     output is not negative
   * @param factor factor on the size that Algorithm 1 finds, so that more supports are verified
   */
  public record Options(
      Method method,
      UnitSet.Kind order,
      boolean relabel,
      int upTo,
      boolean majority,
      int controls,
      double rate,
      double factor) {

    /** Sequential search over the units with the largest scores. */
    public static final Options DEFAULT =
        new Options(
            Method.SEQUENTIAL, UnitSet.Kind.TOP, false, 0, false, 200, 0.05, GuidedSearch.MARGIN);

    /** Returns these options with another method. */
    public Options method(Method other) {
      return new Options(other, order, relabel, upTo, majority, controls, rate, factor);
    }
  }

  /** Outputs that are negative where a model is wrong. */
  private static final List<String> SIGNED = List.of("margin", "log_odds_margin");

  /** Largest part of the units that a support has, where no other limit is given. */
  private static final double PART = 0.2;

  /** Number of models of a round of requests from which the round has a progress bar of its own. */
  private static final int MANY = 100;

  private final Study study;
  private final Options options;
  private final Interventions models;
  private final @Nullable NamedScores datamodels;
  private final UnitOrder order;
  private final Changes changes;
  private final Outcomes outcomes;

  /**
   * @param ranking scores whose largest are taken first; null where the order needs none
   * @param datamodels fit that predicts the fall of outputs; null for no predictions
   * @param models models of the learner whose supports are sought
   */
  public Supports(
      Study study,
      Options options,
      @Nullable NamedScores ranking,
      @Nullable NamedScores datamodels,
      Interventions models)
      throws IOException {
    this.study = study;
    this.options = options;
    this.models = models;
    this.datamodels = datamodels;
    String output = datamodels == null ? study.manifest().output(null) : datamodels.output();
    if (!SIGNED.contains(output)) {
      throw BadInputException.at(
          "output of supports", "one that is below 0 where models are wrong: " + SIGNED, output);
    }
    order = new UnitOrder(study, ranking);
    changes = new Changes(study, models);
    outcomes = new Outcomes(study, output, models);
  }

  /** Returns the largest size that is tried. */
  public int limit() {
    return options.upTo() > 0
        ? options.upTo()
        : Math.max(1, (int) Math.round(PART * study.manifest().units()));
  }

  /** Returns the models that every search begins with: of S, without the targets' own units. */
  private List<Interventions.Wanted> controls(int[] targets) {
    List<Interventions.Wanted> wanted =
        changes.controls(targets, options.controls(), GuidedSearch.MODELS);
    wanted.add(new Interventions.Wanted(Intervention.NONE, options.controls()));
    return wanted;
  }

  /**
   * Returns the support of each target. The searches of all targets go on together, so that every
   * core has models to train.
   *
   * @param purpose what the models are locked for, such as "whence support"
   */
  public List<Support> find(int[] targets, Executor executor, Progress progress, String purpose)
      throws IOException {
    models.train(controls(targets), executor, progress, purpose);
    if (options.relabel()) {
      changes.readRunnerUps(options.controls());
    }
    if (options.method() == Method.PREDICTED) {
      List<Support> found = new ArrayList<>();
      for (int t : targets) {
        found.add(predicted(candidates(t)));
      }
      return found;
    }
    Map<Integer, SupportSearch> searches = new LinkedHashMap<>();
    for (int t : targets) {
      searches.put(t, search(candidates(t)));
    }
    try (Progress.Task task = progress.start("seeking supports", targets.length, "targets")) {
      Map<Integer, SupportSearch> open = new LinkedHashMap<>(searches);
      while (!open.isEmpty()) {
        Map<Integer, SupportSearch.Request> requests = new LinkedHashMap<>();
        List<Interventions.Wanted> wanted = new ArrayList<>();
        open.entrySet()
            .removeIf(
                entry -> {
                  SupportSearch.Request request = entry.getValue().next();
                  if (request == null) {
                    task.step(1);
                    return true;
                  }
                  requests.put(entry.getKey(), request);
                  wanted.add(
                      new Interventions.Wanted(request.change(), request.from() + request.count()));
                  return false;
                });
        boolean many = models.missing(wanted) >= MANY;
        models.train(wanted, executor, many ? progress : Progress.NONE, purpose);
        for (Map.Entry<Integer, SupportSearch.Request> entry : requests.entrySet()) {
          SupportSearch.Request r = entry.getValue();
          Objects.requireNonNull(open.get(entry.getKey()))
              .take(outcomes.of(r.change(), r.from(), r.count(), entry.getKey()));
        }
      }
    }
    return searches.values().stream().map(SupportSearch::result).toList();
  }

  private SupportSearch search(Candidates candidates) {
    return switch (options.method()) {
      case SEQUENTIAL -> new SequentialSearch(candidates, options.rate());
      case GUIDED -> new GuidedSearch(candidates, options.relabel(), options.factor());
      case BISECTION -> new BisectionSearch(candidates, options.majority());
      case EXHAUSTIVE ->
          new ExhaustiveSearch(candidates, units -> change(candidates.target(), units));
      case PREDICTED -> throw new IllegalArgumentException("a prediction searches nothing");
    };
  }

  private Intervention change(int target, int[] units) {
    int[] sorted = IntStream.of(units).sorted().toArray();
    return options.relabel() ? changes.relabel(target, sorted, -1) : changes.remove(target, sorted);
  }

  private Candidates candidates(int target) throws IOException {
    int[] units = order.order(options.order(), target);
    int most = Math.min(limit(), units.length);
    Sample before = Objects.requireNonNull(outcomes.all(changes.control(target), target));
    IntFunction<Intervention> change = k -> change(target, Arrays.copyOf(units, k));
    return new Candidates(target, units, most, before, change, drops(target, units, most));
  }

  /** Returns the predicted fall of the output without the first k units, [most + 1]. */
  private double @Nullable [] drops(int target, int[] units, int most) throws IOException {
    if (datamodels == null) {
      return null;
    }
    float[] weights = datamodels.rows().row(target);
    double[] drops = new double[most + 1];
    for (int k = 1; k <= most; k++) {
      drops[k] = drops[k - 1] + weights[units[k - 1]];
    }
    return drops;
  }

  private static Support predicted(Candidates candidates) {
    if (candidates.before().mean() < 0) {
      return candidates.wrongAlready();
    }
    int size = candidates.predicted();
    return size < 0
        ? candidates.none(0)
        : new Support(candidates.target(), size, candidates.units(size), false, null, 0);
  }
}
