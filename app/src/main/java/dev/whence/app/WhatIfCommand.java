package dev.whence.app;

import dev.whence.app.export.ParquetExport;
import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.counterfactual.Answer;
import dev.whence.counterfactual.Question;
import dev.whence.counterfactual.UnitSet;
import dev.whence.counterfactual.WhatIf;
import dev.whence.evaluate.Interval;
import dev.whence.explore.Captions;
import dev.whence.pool.Interventions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence whatif}. */
@Command(
    name = "whatif",
    mixinStandardHelpOptions = true,
    description = {
      "Says what would happen to predictions if training data were taken out or relabelled:"
          + " at once by the datamodels, with --verify by training again.",
      "A SET is top:20, bottom:20, zero:40, random:20, same-class:20 or near:20 of each target,"
          + " a file of units, or a query on the metadata."
    },
    footer = {
      "",
      "Examples:",
      "  whence whatif S --target 17 --remove top:20                predicted, at once",
      "  whence whatif S --target 17 --remove top:20 --verify 20    and measured on 20 models",
      "  whence whatif S --targets all --remove source=clinic-b --verify 50",
      "  whence whatif S --targets sample:50 --relabel top:10 --verify 20"
    })
final class WhatIfCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Mixin private TargetsOption targets = new TargetsOption();

  @ArgGroup(multiplicity = "1")
  private Change change = new Change();

  /** What is done to which units. */
  static final class Change {
    @Option(names = "--remove", paramLabel = "SET", description = "Take this set out of S.")
    private @Nullable String remove;

    @Option(names = "--keep", paramLabel = "SET", description = "Take all but this set out of S.")
    private @Nullable String keep;

    @Option(
        names = "--relabel",
        paramLabel = "SET",
        description = "Give the examples of this set another class (--to).")
    private @Nullable String relabel;
  }

  @Option(
      names = "--to",
      paramLabel = "CLASS",
      description =
          "Class for --relabel [the target's runner-up: the likeliest wrong class of models of the whole of S].")
  private @Nullable String to;

  @Option(
      names = "--subsets",
      description =
          "Train on random subsets of what is left, as the pool does, not on all of it; compare with the pool.")
  private boolean subsets;

  @Option(
      names = "--scores",
      paramLabel = "NAME",
      description = "Scores that choose top, bottom and zero [datamodels].")
  private String scores = NamedScores.DATAMODELS;

  @Option(
      names = "--verify",
      paramLabel = "K",
      description = "Train K models after the change, for each target, and compare.")
  private @Nullable Integer verify;

  @Mixin private Retraining retraining = new Retraining();

  @Option(names = "--json", description = "Print as a JSON array, an object a target.")
  private boolean json;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description = "Write the answers to this Parquet file too, a row a target.")
  private @Nullable Path parquet;

  @Mixin private Common common = new Common();

  private Question question(Study open) throws IOException {
    if (to != null && change.relabel == null) {
      throw BadInputException.at("--to", "with --relabel", to);
    }
    if (change.remove != null) {
      return new Question(Question.Action.REMOVE, UnitSet.of(change.remove, open), null, subsets);
    }
    if (change.keep != null) {
      return new Question(Question.Action.KEEP, UnitSet.of(change.keep, open), null, subsets);
    }
    String relabelled = java.util.Objects.requireNonNull(change.relabel);
    return new Question(Question.Action.RELABEL, UnitSet.of(relabelled, open), to, subsets);
  }

  @Override
  public Integer call() throws IOException {
    if (verify != null && verify < 2) {
      throw BadInputException.at("--verify", "at least 2 models", verify);
    }
    Study open = Study.open(study);
    int[] asked = targets.of(open);
    Question question = question(open);
    boolean imported = open.manifest().training() == null;
    if (imported && (verify != null || question.action() == Question.Action.RELABEL)) {
      throw BadInputException.at(
          study,
          "a study that trains its own models, for --verify and --relabel",
          "imported runs, which can only be predicted");
    }
    List<String> names = NamedScores.names(open);
    NamedScores ranking =
        question.set().ofScores() || names.contains(scores) ? NamedScores.open(open, scores) : null;
    NamedScores datamodels = Retraining.predicting(open, ranking);
    if (subsets && !open.pool().exists()) {
      throw BadInputException.at(study, "a pool of runs (whence train), for --subsets", "none");
    }
    Interventions models = imported ? null : retraining.models(open);
    WhatIf whatIf = new WhatIf(open, question, ranking, datamodels, models);
    remark(whatIf, asked, question);
    List<Answer> answers = answer(whatIf, asked);
    if (parquet != null) {
      ParquetExport.records(parquet, answers, common);
    }
    if (json) {
      System.out.print(Json.text(answers));
    } else {
      Captions captions = Captions.of(open);
      for (Answer answer : answers) {
        print(answer, whatIf.outputBefore(answer.target()), captions, question);
      }
    }
    return 0;
  }

  private List<Answer> answer(WhatIf whatIf, int[] asked) throws IOException {
    if (verify == null) {
      return whatIf.predict(asked);
    }
    int controls = retraining.controls();
    int count = verify;
    common.remark("%,d models to train", whatIf.missing(asked, count, controls));
    return retraining.run(
        common,
        "whence whatif " + study,
        (where, progress) ->
            whatIf.verify(asked, count, controls, where, progress, "whence whatif"));
  }

  private static void print(
      Answer answer, @Nullable Double before, Captions captions, Question question) {
    List<String> parts = new ArrayList<>();
    if (before != null) {
      parts.add(String.format(Locale.ROOT, "output %+.3f", before));
    }
    Interval predicted = answer.predicted();
    Interval margin = answer.margin();
    if (predicted != null && margin != null) {
      parts.add("predicted change %s, to %s".formatted(text(predicted), text(margin)));
    }
    Answer.Measured measured = answer.measured();
    if (measured != null && before != null) {
      parts.add(
          String.format(
              Locale.ROOT,
              "measured change %+.3f (standard error %.3f, %d models), to %+.3f",
              measured.value(),
              measured.standardError(),
              measured.models(),
              before + measured.value()));
    }
    if (answer.agrees() != null) {
      parts.add(answer.agrees() ? "they agree" : "they differ");
    }
    System.out.println(
        "target %d  %s  %s %s: %s"
            .formatted(
                answer.target(),
                captions.target(answer.target()),
                question.action().label(),
                question.set().text(),
                String.join("; ", parts)));
  }

  /** Says what predictions rest on. */
  private void remark(WhatIf whatIf, int[] asked, Question question) throws IOException {
    if (question.action() != Question.Action.RELABEL && !question.subsets()) {
      common.remark(
          whatIf.corrected()
              ? "predictions are corrected by what 'whence counterfactuals' has measured in this study"
              : "predictions are sums of weights, not corrected: 'whence counterfactuals %s --targets sample:60' measures how far they hold",
          study);
    }
    int vanished = 0;
    Set<String> classes = new TreeSet<>();
    for (int t : asked) {
      List<String> none = whatIf.vanishing(t);
      classes.addAll(none);
      vanished += none.isEmpty() ? 0 : 1;
    }
    if (vanished > 0) {
      common.remark(
          "no example of %s is left, for %,d of the targets: no subset of the pool was like that, and predictions mean little",
          String.join(", ", classes), vanished);
    }
  }

  private static String text(Interval i) {
    return String.format(Locale.ROOT, "%+.3f [%+.3f, %+.3f]", i.value(), i.low(), i.high());
  }
}
