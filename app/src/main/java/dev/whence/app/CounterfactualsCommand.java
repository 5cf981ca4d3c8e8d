package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.counterfactual.Counterfactuals;
import dev.whence.counterfactual.UnitSet;
import dev.whence.pool.Interventions;
import dev.whence.regress.NamedScores;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence counterfactuals}. */
@Command(
    name = "counterfactuals",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how well datamodels predict what taking sets of units out does, by training again"
          + " without them (Ilyas et al. 2022, Figure 8), and learns from it how to correct predictions:"
          + " whence whatif uses the correction from then on."
    },
    footer = {
      "",
      "Examples:",
      "  whence counterfactuals S --targets sample:60",
      "  whence counterfactuals S --targets sample:20 --learner mlp   # do they hold for another learner?",
      "  whence counterfactuals S --targets sample:20 --sets top:10,top:160,bottom:40 --verify 10",
      "  whence counterfactuals S --targets sample:20 --sets top:10..1280,near:10..1280   # sizes doubled: 10, 20, 40 …"
    })
final class CounterfactualsCommand implements Callable<Integer> {

  /** A kind of set with its smallest and its largest size. */
  private static final Pattern RANGE = Pattern.compile("([a-z-]+):(\\d{1,9})\\.\\.(\\d{1,9})");

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Mixin private TargetsOption targets = new TargetsOption();

  @Option(
      names = "--sets",
      split = ",",
      paramLabel = "SET",
      description =
          "Sets to take out for each target: top, bottom, zero, random, same-class or near, a colon and a size, or 10..1280 for 10 and its doubles up to 1280"
              + " [top and bottom of 10, 40 and 160, random of 160; smaller ones where there are few units].")
  private List<String> sets = List.of();

  @Option(
      names = "--scores",
      split = ",",
      paramLabel = "NAME",
      description =
          "Scores that choose top, bottom and zero; several by commas choose each their own. The first, if it is a fit, predicts [datamodels].")
  private List<String> scores = List.of(NamedScores.DATAMODELS);

  @Option(
      names = "--verify",
      paramLabel = "K",
      description = "Models to train without each set [20].")
  private int verify = 20;

  @Mixin private Retraining retraining = new Retraining();

  @Option(names = "--json", description = "Print everything as one JSON object.")
  private boolean json;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws IOException {
    if (verify < 2) {
      throw BadInputException.at("--verify", "at least 2 models", verify);
    }
    int controls = retraining.controls();
    Study open = Study.open(study);
    Interventions models = retraining.models(open);
    List<NamedScores> rankings = new ArrayList<>();
    for (String name : scores) {
      rankings.add(NamedScores.open(open, name));
    }
    NamedScores first = Retraining.predicting(open, rankings.getFirst());
    NamedScores datamodels =
        first == null ? NamedScores.open(open, NamedScores.DATAMODELS) : first; // refuses
    List<UnitSet> asked = usual(open.manifest().units());
    if (!sets.isEmpty()) {
      asked = new ArrayList<>();
      for (String set : sets) {
        for (String one : sizes(set)) {
          asked.add(UnitSet.of(one, open));
        }
      }
    }
    Counterfactuals.Plan plan = new Counterfactuals.Plan(targets.of(open), asked, verify, controls);
    common.remark(
        "%,d targets × %d sets × %d models, and %,d models of the whole of S: at most %,d models to train",
        plan.targets().length,
        plan.retrainings(scores.size()) / verify / plan.targets().length,
        verify,
        controls,
        plan.retrainings(scores.size()) + controls);
    Counterfactuals found =
        retraining.run(
            common,
            "whence counterfactuals " + study,
            (where, progress) ->
                Counterfactuals.measure(
                    open,
                    plan,
                    rankings,
                    datamodels,
                    models,
                    where,
                    progress,
                    "whence counterfactuals"));
    if (retraining.otherLearner()) {
      common.remark(
          "what another learner shows corrects no prediction of this study's: not written");
    } else {
      found.write(open, datamodels);
    }
    if (json) {
      System.out.print(Json.text(found));
    } else {
      print(found);
    }
    return 0;
  }

  /** Returns {@code top:10, top:20, top:40} for {@code top:10..40}; any other set as it is. */
  private static List<String> sizes(String set) {
    Matcher range = RANGE.matcher(set.strip());
    if (!range.matches()) {
      return List.of(set);
    }
    int most = Integer.parseInt(range.group(3));
    List<String> sizes =
        IntStream.iterate(Integer.parseInt(range.group(2)), k -> k > 0 && k <= most, k -> 2 * k)
            .mapToObj(k -> range.group(1) + ":" + k)
            .toList();
    if (sizes.isEmpty()) {
      throw BadInputException.at("--sets", "a smaller and a larger size", set);
    }
    return sizes;
  }

  /** Returns sets of three sizes, up to a fifth of the units. */
  private static List<UnitSet> usual(int units) {
    int[] sizes =
        IntStream.of(160, 40, 10)
            .map(k -> Math.min(k, (int) Math.max(1, units * (long) k / 800)))
            .distinct()
            .sorted()
            .toArray();
    List<UnitSet> usual = new ArrayList<>();
    for (UnitSet.Kind kind : List.of(UnitSet.Kind.TOP, UnitSet.Kind.BOTTOM)) {
      IntStream.of(sizes).forEach(k -> usual.add(UnitSet.of(kind, k)));
    }
    usual.add(UnitSet.of(UnitSet.Kind.RANDOM, sizes[sizes.length - 1]));
    return usual;
  }

  private static String text(String format, @Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static void print(Counterfactuals found) {
    System.out.printf(
        "%-14s %6s %9s %9s | %9s %9s %7s | %9s %7s %7s %9s%n",
        "set",
        "points",
        "measured",
        "spread/se",
        "Pearson",
        "Spearman",
        "slope",
        "Pearson",
        "slope",
        "bias",
        "coverage");
    List<Counterfactuals.Agreement> rows = new ArrayList<>(found.sets());
    rows.add(found.overall());
    for (Counterfactuals.Agreement row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-14s %6d %+9.3f %9.1f | %9.3f %9.3f %7.2f | %9s %7s %7s %9s%n",
          row.set(),
          row.points(),
          row.measured(),
          row.spread(),
          row.pearson(),
          row.spearman(),
          row.slope(),
          text("%.3f", row.correctedPearson()),
          text("%.2f", row.correctedSlope()),
          text("%+.3f", row.bias()),
          text("%.0f%%", row.coverage() == null ? null : 100 * row.coverage()));
    }
    for (Counterfactuals.Retrainings few : found.retrainings()) {
      System.out.printf(
          Locale.ROOT,
          "with %d models without each set: Pearson %.3f, Spearman %.3f%n",
          few.models(),
          few.pearson(),
          few.spearman());
    }
    Double held = found.heldOutCoverage();
    if (held != null) {
      System.out.printf(
          Locale.ROOT,
          "95%% intervals hold %.1f%% of the mean outputs of held-out random subsets%n",
          100 * held);
    }
    Double accuracy = found.accuracy();
    if (accuracy != null) {
      System.out.printf(
          Locale.ROOT,
          "models of the whole of S are right about %.1f%% of the targets%n",
          100 * accuracy);
    }
    System.out.println(
        found.correction() == null
            ? "Too few points to learn a correction from; an earlier one of this fit is kept."
            : "Left of the second bar: sums of weights; right of it: corrected by what other targets showed.");
  }
}
