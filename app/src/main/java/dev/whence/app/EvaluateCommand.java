package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.base.Json;
import dev.whence.base.Progress;
import dev.whence.base.Workers;
import dev.whence.evaluate.Agreement;
import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Evaluator;
import dev.whence.evaluate.Interval;
import dev.whence.regress.NamedScores;
import dev.whence.report.Findings;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code whence evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Judges the datamodels by runs that neither fitted nor chose anything of them; intervals are 95%%.",
    footer = {
      "",
      "Examples:",
      "  whence evaluate S",
      "  whence evaluate S --json > evaluation.json",
      "  whence evaluate S --scores a10,datamodels --pool a10   # both on tenths of the units",
      "  whence evaluate S --scores trak,datamodels          # side by side; see whence import-scores"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Mixin private ScoresOption scores = new ScoresOption();

  @Option(names = "--json", description = "Print everything as one JSON object.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      description =
          "Judge by the runs of this pool, at its own part of the units [the pool fitted to].")
  private @Nullable String pool;

  @Override
  public Integer call() throws IOException {
    if (!scores.names().isEmpty() || pool != null) {
      return compare();
    }
    Study open = Study.open(study);
    try (Workers workers = common.workers()) {
      Evaluator.Result result = Evaluator.run(open, workers);
      if (Files.isWritable(study)) {
        result.write(open);
      } else {
        common.remark("%s cannot be written to: evaluation.json is not", study);
      }
      Evaluation evaluation = result.evaluation();
      System.out.print(json ? Json.text(evaluation) : table(evaluation));
    }
    return 0;
  }

  /** Judges scores side by side. */
  private int compare() throws IOException {
    Map<NamedScores, Evaluator.Judgement> judged = new LinkedHashMap<>();
    Study open = Study.open(study);
    try (Workers workers = common.workers()) {
      List<NamedScores> all = scores.open(open);
      try (Progress.Task task = workers.progress().start("evaluating", all.size(), "scores")) {
        for (NamedScores one : all) {
          Evaluator.Judgement judgement =
              pool == null
                  ? Evaluator.judge(open, one, workers)
                  : Evaluator.judge(open, one, open.pool(pool), workers);
          if (pool == null && Files.isWritable(study)) {
            judgement.write(open, one.name());
          }
          judged.put(one, judgement);
          task.step(1);
        }
      }
    }
    if (json) {
      Map<String, Object> tree = new LinkedHashMap<>();
      judged.forEach(
          (scored, one) -> {
            ObjectNode node = Json.mapper().valueToTree(one.agreement());
            node.set("heldOut", Json.mapper().valueToTree(one.runs()));
            tree.put(scored.name(), node);
          });
      System.out.print(Json.text(tree));
      return 0;
    }
    System.out.printf("%-16s %-24s %s%n", "scores", "LDS", "of single models");
    judged.forEach(
        (scored, one) ->
            System.out.printf(
                "%-16s %-24s %s%n",
                scored.name(),
                Findings.text(one.agreement().lds()),
                Findings.text(one.agreement().spearmanSingle())));
    Evaluator.Judgement first = judged.values().iterator().next();
    System.out.printf(
        "%-16s %-24s %s%n%n",
        "ceiling",
        Findings.text(first.agreement().ldsCeiling()),
        Findings.text(first.agreement().spearmanCeiling()));
    judged.forEach(
        (scored, one) ->
            System.out.println(scored.name() + ": " + Findings.judged(one.runs(), scored.runs())));
    Findings.accuracy(first.runs()).ifPresent(System.out::println);
    return 0;
  }

  private static String table(Evaluation evaluation) {
    Agreement scores = evaluation.scores();
    StringBuilder table = new StringBuilder();
    row(table, "mean squared error (½, eq. 10)", scores.mse());
    row(table, "OPT, retraining noise (eq. 11)", scores.opt());
    row(table, "variance (best constant)", scores.variance());
    boolean repeated = evaluation.heldOut().times() > 1;
    row(table, "explained of the explainable", scores.explained(), repeated);
    row(table, "Pearson, mean over targets", scores.pearson());
    row(table, "Pearson, pooled", scores.pearsonPooled());
    row(table, "LDS (Spearman)", scores.lds());
    row(table, "  ceiling", scores.ldsCeiling(), repeated);
    row(table, "Spearman with single models", scores.spearmanSingle());
    row(table, "  ceiling", scores.spearmanCeiling(), repeated);
    if (!evaluation.sampleComplexity().isEmpty()) {
      table.append("\nmodels   mean squared error            LDS\n");
    }
    for (Evaluation.SamplePoint point : evaluation.sampleComplexity()) {
      table.append(
          "%,6d   %-28s  %s%n"
              .formatted(point.models(), Findings.text(point.mse()), Findings.text(point.lds())));
    }
    table.append('\n');
    Findings.of(evaluation).forEach(line -> table.append(line).append('\n'));
    return table.toString();
  }

  private static void row(StringBuilder table, String name, @Nullable Interval value) {
    row(table, name, value, false);
  }

  /**
   * @param wanted whether to say so where there is no value
   */
  private static void row(
      StringBuilder table, String name, @Nullable Interval value, boolean wanted) {
    if (value != null || wanted) {
      table.append("%-32s %s%n".formatted(name, Findings.text(value)));
    }
  }
}
