package dev.whence.report;

import dev.whence.counterfactual.Answer;
import dev.whence.counterfactual.BrittleExample;
import dev.whence.counterfactual.FoundSupports;
import dev.whence.counterfactual.Support;
import dev.whence.evaluate.Agreement;
import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Interval;
import dev.whence.explore.Captions;
import dev.whence.store.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An evaluation in a few sentences. */
public final class Findings {

  private Findings() {}

  /** Returns the results of the evaluation, a sentence a line. */
  public static List<String> of(Evaluation evaluation) {
    Agreement scores = evaluation.scores();
    Evaluation.HeldOutRuns runs = evaluation.heldOut();
    List<String> lines = new ArrayList<>();
    lines.add(judged(runs, evaluation.fit().runs()));
    accuracy(runs).ifPresent(lines::add);
    rankCorrelations(scores, runs, lines);
    if (runs.times() > 1) {
      lines.add(explained(scores, runs));
    }
    if (scores.constant() > 0) {
      lines.add(
          "%,d targets have no weight, so that their predictions are constant; they count as correlation 0."
              .formatted(scores.constant()));
    }
    if (scores.leftOut() > 0) {
      lines.add(
          "%,d targets have no correlation: their outputs are constant, or too few subsets speak of them."
              .formatted(scores.leftOut()));
    }
    lines.add(
        "A prediction leans on %.0f training units (median; 80%% of targets: %.0f to %.0f)."
            .formatted(
                evaluation.sparsity().median(),
                evaluation.sparsity().low(),
                evaluation.sparsity().high()));
    return lines;
  }

  /** Returns how often the models that judge are right; empty where the output does not tell. */
  public static Optional<String> accuracy(Evaluation.HeldOutRuns runs) {
    Double accuracy = runs.accuracy();
    return accuracy == null
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "These models are right about %.1f%% of the targets.",
                100 * accuracy));
  }

  /**
   * Returns supports in numbers: how they were sought, targets, targets that models of the whole of
   * S are right about, supports found, verified, their median size, area under the CDF.
   */
  public static List<String> row(FoundSupports found) {
    List<Support> right = found.rightBefore();
    double[] sizes =
        right.stream()
            .flatMap(s -> Stream.ofNullable(s.size()))
            .mapToDouble(Integer::doubleValue)
            .sorted()
            .toArray();
    return List.of(
        found.name(),
        "%,d".formatted(found.supports().size()),
        "%,d".formatted(right.size()),
        "%,d".formatted(sizes.length),
        "%,d".formatted(right.stream().filter(Support::verified).count()),
        sizes.length == 0 ? "–" : "%,.0f".formatted(Interval.quantile(sizes, 0.5)),
        text(found.area()));
  }

  /** Returns what an example of a brittle prediction shows, in a sentence. */
  public static String of(BrittleExample example, Manifest manifest, Captions captions) {
    int units = example.units().length;
    String unit = manifest.trained().design().unit();
    Answer.Measured measured = Objects.requireNonNull(example.answer().measured());
    Interval predicted = Objects.requireNonNull(example.answer().predicted());
    double after = example.before() + measured.value();
    return String.format(
        Locale.ROOT,
        "Target %d is labelled %s, and models trained on all %,d training %ss see it so, by a margin of %+.2f."
            + " Without %s of them the margin becomes %+.2f ± %.2f (mean of %d models trained without them, two standard errors): below 0, so that they take it for something else, most likely %s."
            + " The datamodel had predicted a change by %+.2f [%.2f, %.2f]; measured was %+.2f.",
        example.target(),
        captions.target(example.target()).label(),
        manifest.units(),
        unit,
        example.before(),
        units == 1 ? "one" : "these " + units,
        after,
        2 * measured.standardError(),
        measured.models(),
        example.runnerUp(),
        predicted.value(),
        predicted.low(),
        predicted.high(),
        measured.value());
  }

  /**
   * Returns a sentence that says which runs judged.
   *
   * @param pool m, the number of the pool's runs that the datamodels are fitted to
   */
  public static String judged(Evaluation.HeldOutRuns runs, int pool) {
    String models = runs.times() > 1 ? "%d models".formatted(runs.times()) : "one model";
    return switch (runs.kind()) {
      case REPEATS ->
          "Judged on %,d subsets that no datamodel has seen, %s trained on each, %,d targets."
              .formatted(runs.subsets(), models, runs.targets());
      case REPEATS_LEFT_OUT ->
          "Of the %,d subsets that judge (%s each, %,d targets), the pool had %,d too, as there are few units: each is predicted by weights fitted without it."
              .formatted(runs.subsets(), models, runs.targets(), runs.seen());
      case CROSS_FITTING ->
          "Judged by cross-fitting: each fifth of the %,d runs by weights fitted to the others, λ chosen among them too; %,d targets."
              .formatted(pool, runs.targets());
      case SPLIT ->
          "Judged on %,d of the %,d runs by weights fitted to the others, λ chosen among them too; %,d targets."
              .formatted(runs.subsets(), pool, runs.targets());
      case POOL ->
          "Judged on %,d runs of the pool, %,d targets.".formatted(runs.subsets(), runs.targets());
    };
  }

  private static void rankCorrelations(
      Agreement scores, Evaluation.HeldOutRuns runs, List<String> lines) {
    Interval lds = scores.lds();
    if (lds == null) {
      lines.add("No target has outputs that vary: there is nothing to predict.");
      return;
    }
    lines.add(
        "Rank correlation of predictions with outputs (LDS): %s%s."
            .formatted(text(lds), ceiling(scores.ldsCeiling(), runs)));
    Interval single = scores.spearmanSingle();
    if (runs.times() > 1 && single != null) {
      lines.add(
          "Of a single model's outputs: %s%s."
              .formatted(text(single), ceiling(scores.spearmanCeiling(), runs)));
    }
  }

  private static String ceiling(
      @org.jspecify.annotations.Nullable Interval ceiling, Evaluation.HeldOutRuns runs) {
    if (runs.times() < 2) {
      return "";
    }
    return ceiling == null
        ? "; what a perfect predictor would reach cannot be told"
        : "; a perfect predictor would reach " + text(ceiling);
  }

  private static String explained(Agreement scores, Evaluation.HeldOutRuns runs) {
    String needed =
        "about %,d models for evaluation (now %,d) would bring it to ±10 points"
            .formatted(scores.runsNeeded(), (long) runs.subsets() * runs.times());
    Interval explained = scores.explained();
    if (explained == null) {
      return "What the choice of training data does to the outputs cannot be told from what retraining does, so neither can how much of it the weights explain; if there is anything, %s."
          .formatted(needed);
    }
    String share =
        "The weights explain %s of what the choice of training data does to the outputs"
            .formatted(percent(explained));
    return scores.runsNeeded() > 0 ? "%s; %s.".formatted(share, needed) : share + ".";
  }

  /** Returns a number with its 95% interval. */
  public static String text(@Nullable Interval interval) {
    return interval == null
        ? "cannot be told"
        : String.format(
            Locale.ROOT, "%.3f [%.3f, %.3f]", interval.value(), interval.low(), interval.high());
  }

  private static String percent(Interval i) {
    return String.format(
        Locale.ROOT, "%.0f%% [%.0f, %.0f]", 100 * i.value(), 100 * i.low(), 100 * i.high());
  }
}
