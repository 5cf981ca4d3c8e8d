package dev.whence.app;

import dev.whence.app.terminal.Common;
import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.counterfactual.FoundSupports;
import dev.whence.counterfactual.Support;
import dev.whence.counterfactual.Supports;
import dev.whence.counterfactual.UnitSet;
import dev.whence.evaluate.Interval;
import dev.whence.explore.Captions;
import dev.whence.pool.Interventions;
import dev.whence.regress.NamedScores;
import dev.whence.report.Findings;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence support}. */
@Command(
    name = "support",
    mixinStandardHelpOptions = true,
    description = {
      "Finds, for each target, a small set of training units without which models get it wrong,"
          + " and verifies it by training models that chose neither the set nor its size."
    },
    footer = {
      "",
      "Examples:",
      "  whence support S --targets sample:100",
      "  whence support S --targets 3,77 --method guided      # Algorithm 1 of Ilyas et al. 2022",
      "  whence support S --targets 3,77 --relabel            # given the runner-up class instead",
      "  whence support S --targets sample:100 --scores near  # a baseline: nearest features",
      "  whence support S --targets all --method predicted    # no training but of 200 controls"
    })
final class SupportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Mixin private TargetsOption targets = new TargetsOption();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "sequential, guided, bisection, predicted or exhaustive [sequential].")
  private String method = Supports.Method.SEQUENTIAL.label();

  @Option(
      names = "--relabel",
      description =
          "Give the units the target's runner-up class instead of taking them out: mislabelling support.")
  private boolean relabel;

  @Option(
      names = "--scores",
      paramLabel = "NAME",
      description =
          "Scores whose largest are taken first, or a baseline: random, same-class, near [datamodels].")
  private String scores = NamedScores.DATAMODELS;

  @Option(
      names = "--up-to",
      paramLabel = "K",
      description = "Largest size that is tried [a fifth of the units].")
  private @Nullable Integer upTo;

  @Option(
      names = "--flip",
      paramLabel = "RULE",
      description =
          "When bisection takes models for wrong: margin (mean below 0) or majority of them [margin].")
  private String flip = "margin";

  @Option(
      names = "--rate",
      paramLabel = "P",
      description =
          "Probability that the sequential method calls a set of a target verified that is none [0.05].")
  private double rate = Supports.Options.DEFAULT.rate();

  @Option(
      names = "--factor",
      paramLabel = "F",
      description = "Factor of the guided method on the size that it finds [1.2].")
  private double factor = Supports.Options.DEFAULT.factor();

  @Mixin private Retraining retraining = new Retraining();

  @Option(names = "--json", description = "Print as a JSON array, an object a target.")
  private boolean json;

  @Mixin private Common common = new Common();

  private void check(Study open) {
    if (upTo != null && (upTo < 1 || upTo >= open.manifest().units())) {
      throw BadInputException.at(
          "--up-to", "1 to %,d units".formatted(open.manifest().units() - 1), upTo);
    }
    if (!List.of("margin", "majority").contains(flip)) {
      throw BadInputException.unknown("--flip", List.of("margin", "majority"), flip);
    }
    if (!(rate > 0 && rate < 1)) {
      throw BadInputException.at("--rate", "a probability between 0 and 1", rate);
    }
    unused("--flip", !flip.equals("margin"), Supports.Method.BISECTION);
    unused("--rate", rate != Supports.Options.DEFAULT.rate(), Supports.Method.SEQUENTIAL);
    unused("--factor", factor != Supports.Options.DEFAULT.factor(), Supports.Method.GUIDED);
    if (!(factor >= 1 && factor < 100)) {
      throw BadInputException.at("--factor", "a factor of at least 1", factor);
    }
  }

  /** Refuses an option that another method than the one asked for reads. */
  private void unused(String option, boolean given, Supports.Method reads) {
    if (given && Supports.Method.of(method) != reads) {
      throw BadInputException.at(option, "--method " + reads.label(), method);
    }
  }

  /** Returns the baseline that {@code --scores} names; null for scores of the study. */
  private UnitSet.@Nullable Kind baseline() {
    return List.of(UnitSet.Kind.RANDOM, UnitSet.Kind.SAME_CLASS, UnitSet.Kind.NEAR).stream()
        .filter(kind -> kind.label().equals(scores))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Integer call() throws IOException {
    Study open = Study.open(study);
    Interventions models = retraining.models(open);
    check(open);
    int[] asked = targets.of(open);
    UnitSet.Kind kind = baseline();
    NamedScores ranking = kind == null ? NamedScores.open(open, scores) : null;
    NamedScores datamodels = Retraining.predicting(open, ranking);
    Supports.Options options =
        new Supports.Options(
            Supports.Method.of(method),
            kind == null ? UnitSet.Kind.TOP : kind,
            relabel,
            upTo == null ? 0 : upTo,
            flip.equals("majority"),
            retraining.controls(),
            rate,
            factor);
    Supports supports = new Supports(open, options, ranking, datamodels, models);
    List<Support> found =
        retraining.run(
            common,
            "whence support " + study,
            (where, progress) -> supports.find(asked, where, progress, "whence support"));
    FoundSupports all =
        new FoundSupports(name(), relabel, supports.limit(), wording(options), found);
    if (Files.isWritable(study)) {
      all.write(open);
    } else {
      common.remark("%s cannot be written to: supports are not kept", study);
    }
    if (json) {
      System.out.print(Json.text(found));
    } else {
      print(found, Captions.of(open));
      Interval area = all.area();
      if (area != null) {
        System.out.printf(
            "area under the CDF of sizes, 0 to %,d: %s%n", all.limit(), Findings.text(area));
      }
    }
    return 0;
  }

  /** Returns what these supports are called beside those that are sought otherwise. */
  private String name() {
    List<String> parts = new ArrayList<>(List.of(method));
    if (!scores.equals(NamedScores.DATAMODELS)) {
      parts.add(scores);
    }
    if (relabel) {
      parts.add("relabelled");
    }
    if (retraining.otherLearner()) {
      parts.add(retraining.learner());
    }
    return String.join("-", parts);
  }

  private String wording(Supports.Options options) {
    return switch (options.method()) {
      case SEQUENTIAL -> "rate %s".formatted(rate);
      case GUIDED -> "factor %s".formatted(factor);
      case BISECTION -> flip;
      case PREDICTED, EXHAUSTIVE -> "";
    };
  }

  private void print(List<Support> found, Captions captions) {
    for (Support support : found) {
      System.out.println(
          "target %d  %s: %s"
              .formatted(support.target(), captions.target(support.target()), sentence(support)));
    }
    int[] sizes =
        found.stream()
            .filter(s -> s.size() != null && s.size() > 0)
            .mapToInt(Support::size)
            .sorted()
            .toArray();
    System.out.println(
        "%,d targets: %,d wrong already, %,d with a support%s, %,d without; %,d verified; %,d models"
            .formatted(
                found.size(),
                found.stream().filter(s -> s.size() != null && s.size() == 0).count(),
                sizes.length,
                sizes.length == 0 ? "" : " (median %,d units)".formatted(sizes[sizes.length / 2]),
                found.stream().filter(s -> s.size() == null).count(),
                found.stream().filter(s -> s.verified() && s.units().length > 0).count(),
                found.stream().mapToInt(Support::modelsTrained).sum()));
  }

  private static String sentence(Support support) {
    Integer size = support.size();
    if (size == null) {
      return "no set found among the sizes tried (%,d models)".formatted(support.modelsTrained());
    }
    if (size == 0) {
      return "models of the whole of S are wrong already";
    }
    Double margin = support.marginAfter();
    return "%,d units%s%s (%,d models): %s%s"
        .formatted(
            size,
            support.verified() ? ", verified" : ", not verified",
            margin == null
                ? ""
                : String.format(Locale.ROOT, ", mean output without them %+.3f", margin),
            support.modelsTrained(),
            String.join(
                " ", Arrays.stream(support.units()).limit(10).mapToObj(Integer::toString).toList()),
            size > 10 ? " …" : "");
  }
}
