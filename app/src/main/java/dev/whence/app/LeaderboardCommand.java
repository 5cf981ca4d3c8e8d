package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.app.terminal.Interruption;
import dev.whence.app.terminal.ProgressBar;
import dev.whence.attribute.Attribution;
import dev.whence.attribute.Attributor;
import dev.whence.attribute.Attributors;
import dev.whence.attribute.Leaderboard;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.base.Workers;
import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Evaluator;
import dev.whence.learn.DifferentiableTrainer;
import dev.whence.pool.Pilot;
import dev.whence.pool.StudyModels;
import dev.whence.regress.NamedScores;
import dev.whence.report.Findings;
import dev.whence.store.ScoreOrigin;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code whence leaderboard}. */
@Command(
    name = "leaderboard",
    mixinStandardHelpOptions = true,
    description = {
      "Runs attribution methods at several budgets and judges them all on the same held-out subsets: which method to trust on this"
          + " model, at which cost. Datamodels stand beside them at several sizes of the pool, as whence evaluate found.",
      "A star marks what no other method beats in less time. Stopped, the same command goes on; the report shows the result."
    },
    footer = {
      "",
      "Examples:",
      "  whence leaderboard S",
      "  whence leaderboard S --methods trak,ek-fac,random --models 1,10,50"
    })
final class LeaderboardCommand implements Callable<Integer> {

  private static final double MEBI = 1 << 20;

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "NAME",
      description = "Methods [all but influence, whose conjugate gradients take long].")
  private List<String> methods = List.of();

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "N",
      description = "Numbers of models, of methods that average over models [1,10].")
  private List<Integer> budgets = List.of(1, 10);

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (budgets.isEmpty() || budgets.stream().anyMatch(b -> b < 1)) {
      throw BadInputException.at("--models", "numbers of at least 1", budgets);
    }
    ObjectNode none = Json.mapper().createObjectNode();
    for (String method : methods) {
      Attributors.of(method, none); // refuses names that there are not, before anything is done
    }
    Study open = Study.open(study);
    String output = open.manifest().output(null);
    List<Leaderboard.Row> rows = new ArrayList<>();
    Evaluator.Judgement judge = null;
    try (Workers workers = common.workers();
        Interruption _ = new Interruption("whence leaderboard " + study)) {
      for (Attributor method : Attributors.all()) {
        boolean wanted =
            methods.isEmpty()
                ? !method.name().equals("influence")
                : methods.contains(method.name());
        for (ObjectNode settings : wanted ? settings(method) : List.<ObjectNode>of()) {
          String scores =
              settings.has("models")
                  ? "%s-%s".formatted(method.name(), settings.get("models").asString())
                  : method.name();
          Leaderboard.Row row = row(open, scores, method.name(), settings, output, workers);
          if (row == null) {
            continue;
          }
          judge = Evaluator.judge(open, NamedScores.open(open, scores), workers);
          judge.write(open, scores);
          rows.add(
              new Leaderboard.Row(
                  scores,
                  row.method(),
                  row.models(),
                  row.seconds(),
                  row.bytes(),
                  judge.agreement().lds()));
        }
      }
      rows.addAll(datamodels(open, workers));
    }
    if (judge == null) {
      throw BadInputException.at("--methods", "a method that can score this study", "none");
    }
    Leaderboard board =
        new Leaderboard(
            output,
            judge.runs().subsets(),
            judge.runs().times(),
            judge.agreement().ldsCeiling(),
            rows);
    board.write(open);
    print(board);
    return 0;
  }

  private List<ObjectNode> settings(Attributor method) {
    ObjectNode empty = Json.mapper().createObjectNode();
    if (!Attributors.settings(method).has("models")) {
      return List.of(empty);
    }
    return budgets.stream().map(b -> Json.mapper().createObjectNode().put("models", b)).toList();
  }

  /** Scores, or says why a method cannot score this study. */
  private Leaderboard.@Nullable Row row(
      Study open, String scores, String method, ObjectNode settings, String output, Workers workers)
      throws IOException {
    try {
      ScoreOrigin.Computed done =
          Objects.requireNonNull(
              Attribution.run(open, scores, Attributors.of(method, settings), output, workers)
                  .computed());
      return new Leaderboard.Row(scores, method, done.models(), done.seconds(), done.bytes(), null);
    } catch (BadInputException e) {
      common.remark("%s: left out: %s", method, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Returns datamodels at the sizes of the pool that the evaluation has. */
  private List<Leaderboard.Row> datamodels(Study open, Workers workers) throws IOException {
    Evaluation evaluation;
    try {
      evaluation = Evaluator.Result.read(open).evaluation();
    } catch (BadInputException e) {
      common.remark("datamodels: left out: %s", String.valueOf(e.getMessage()));
      return List.of();
    }
    double alpha = open.manifest().trained().design().alpha();
    Pilot pilot = Pilot.measure(open, open.data(), alpha, workers, 3);
    long parameters = 0;
    try (StudyModels models = new StudyModels(open)) {
      DifferentiableTrainer trainer = models.trainer();
      parameters = models.ofWhole(0, new int[] {trainer.epochs()}).getFirst().length;
    } catch (BadInputException e) {
      common.remark(
          "datamodels: the size of a model is not known: %s", String.valueOf(e.getMessage()));
    }
    List<Leaderboard.Row> rows = new ArrayList<>();
    for (Evaluation.SamplePoint point : evaluation.sampleComplexity()) {
      rows.add(
          new Leaderboard.Row(
              "datamodels, m = %,d".formatted(point.models()),
              "datamodels",
              point.models(),
              point.models() * pilot.seconds() / pilot.threads(),
              Float.BYTES * parameters * point.models(),
              point.lds()));
    }
    return rows;
  }

  private void print(Leaderboard board) {
    if (json) {
      System.out.print(Json.text(board));
      return;
    }
    System.out.printf(
        "%-2s%-26s %-24s %8s %10s %10s%n", "", "scores", "LDS (95%)", "models", "time", "kept, MB");
    for (Leaderboard.Row row : board.rows()) {
      System.out.printf(
          Locale.ROOT,
          "%-2s%-26s %-24s %,8d %10s %,10.1f%n",
          board.isOnFront(row) ? "*" : "",
          row.scores(),
          Findings.text(row.lds()),
          row.models(),
          ProgressBar.time(row.seconds()),
          row.bytes() / MEBI);
    }
    System.out.printf(
        "a perfect predictor: %s; judged on %,d subsets, %d models each, %s%n",
        Findings.text(board.ceiling()), board.subsets(), board.times(), board.output());
  }
}
