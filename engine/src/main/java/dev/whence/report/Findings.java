package dev.whence.report;

import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Interval;
import dev.whence.evaluate.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An evaluation in a few sentences. */
public final class Findings {

  private Findings() {}

  /** Returns what the evaluation says, a sentence a line. */
  public static List<String> of(Evaluation evaluation) {
    Scores scores = evaluation.scores();
    Evaluation.HeldOutRuns runs = evaluation.heldOut();
    List<String> lines = new ArrayList<>();
    lines.add(
        runs.times() > 1
            ? "Judged on %d subsets that no datamodel has seen, %d models trained on each, %d targets."
                .formatted(runs.subsets(), runs.times(), runs.targets())
            : "Judged on the %d validation runs, one model a subset, %d targets (they chose λ; no weight was fitted to them)."
                .formatted(runs.subsets(), runs.targets()));
    Interval ldsCeiling = scores.ldsCeiling();
    lines.add(
        "Rank correlation of predictions with outputs (LDS): %s%s."
            .formatted(
                text(scores.lds()),
                ldsCeiling == null ? "" : "; a perfect predictor would reach " + text(ldsCeiling)));
    Interval ceiling = scores.spearmanCeiling();
    if (ceiling != null) {
      lines.add(
          "Of a single model's outputs: %s, where the mean of the subset's other %d models reaches %s."
              .formatted(text(scores.spearmanSingle()), runs.times() - 1, text(ceiling)));
    }
    Interval explained = scores.explained();
    if (explained != null) {
      lines.add(
          "The weights explain %s of what the choice of training data does to the outputs."
              .formatted(percent(explained)));
    }
    lines.add(
        "A prediction leans on %.0f training units (median; 80%% of targets: %.0f to %.0f)."
            .formatted(
                evaluation.sparsity().median(),
                evaluation.sparsity().low(),
                evaluation.sparsity().high()));
    return lines;
  }

  /** Returns a number with its 95% interval. */
  public static String text(Interval interval) {
    return String.format(
        Locale.ROOT, "%.3f [%.3f, %.3f]", interval.value(), interval.low(), interval.high());
  }

  private static String percent(Interval i) {
    return String.format(
        Locale.ROOT, "%.0f%% [%.0f, %.0f]", 100 * i.value(), 100 * i.low(), 100 * i.high());
  }
}
