package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.base.Json;
import dev.whence.explore.Captions;
import dev.whence.explore.Neighbours;
import dev.whence.regress.NamedScores;
import dev.whence.regress.WeightErrors;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence similar}. */
@Command(
    name = "similar",
    mixinStandardHelpOptions = true,
    description = "Shows the training examples that raise and lower a target's output most.",
    footer = {
      "",
      "Examples:",
      "  whence similar S 17",
      "  whence similar S 17 --top 20 --json",
      "  whence similar S 17 --scores datamodels,trak"
    })
final class SimilarCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "Index of the target.")
  private int target;

  @Option(names = "--top", paramLabel = "K", description = "Examples of each sign [10].")
  private int top = 10;

  @Mixin private ScoresOption scores = new ScoresOption();

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Study open = Study.open(study);
    List<NamedScores> all = scores.open(open);
    if (target < 0 || target >= open.manifest().targets()) {
      throw BadInputException.at("TARGET", "0…" + (open.manifest().targets() - 1), target);
    }
    if (top < 1) {
      throw BadInputException.at("--top", "at least 1", top);
    }
    Captions captions = Captions.of(open);
    Map<String, Object> trees = new LinkedHashMap<>();
    for (NamedScores one : all) {
      Neighbours neighbours = Neighbours.of(target, one.rows().row(target), top);
      WeightErrors errors = WeightErrors.of(open, one);
      if (json) {
        trees.put(one.name(), tree(neighbours, captions, errors));
      } else {
        if (!scores.names().isEmpty()) {
          System.out.println(one.name());
        }
        double[] bias = one.bias();
        print(neighbours, captions, errors, bias == null ? 0 : bias[target]);
      }
    }
    if (json) {
      System.out.print(
          Json.text(scores.names().isEmpty() ? trees.values().iterator().next() : trees));
    }
    return 0;
  }

  private static void print(
      Neighbours neighbours, Captions captions, @Nullable WeightErrors errors, double bias) {
    System.out.println(
        "target %d  %s"
            .formatted(neighbours.target(), captions.target(neighbours.target()))
            .strip());
    if (Double.isNaN(bias)) {
      System.out.println("no datamodel: every run holds this target's own unit");
      return;
    }
    if (neighbours.positive().isEmpty() && neighbours.negative().isEmpty()) {
      System.out.println(
          "no unit has a weight: no effect of single units is found in the runs there are");
      return;
    }
    System.out.println("raise the output most:");
    neighbours.positive().forEach(n -> print(neighbours.target(), n, captions, errors));
    System.out.println("lower it most:");
    neighbours.negative().forEach(n -> print(neighbours.target(), n, captions, errors));
  }

  private static void print(
      int target, Neighbours.Neighbour n, Captions captions, @Nullable WeightErrors errors) {
    WeightErrors.Bounds bounds =
        errors == null ? null : errors.bounds(target, n.unit(), n.weight());
    String interval =
        bounds == null ? "" : " [%+.4f, %+.4f]".formatted(bounds.low(), bounds.high());
    System.out.println(
        "  %+.4f%s  unit %d  %s"
            .formatted(n.weight(), interval, n.unit(), captions.unit(n.unit()))
            .stripTrailing());
  }

  private static Map<String, Object> tree(
      Neighbours neighbours, Captions captions, @Nullable WeightErrors errors) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("target", neighbours.target());
    put(tree, captions.target(neighbours.target()));
    int target = neighbours.target();
    tree.put("positive", list(target, neighbours.positive(), captions, errors));
    tree.put("negative", list(target, neighbours.negative(), captions, errors));
    return tree;
  }

  private static void put(Map<String, Object> tree, Captions.Caption caption) {
    tree.put("label", caption.label());
    tree.put("name", caption.name());
    tree.put("group", caption.group());
    tree.put("place", caption.place());
  }

  private static List<Map<String, Object>> list(
      int target,
      List<Neighbours.Neighbour> all,
      Captions captions,
      @Nullable WeightErrors errors) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Neighbours.Neighbour n : all) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("unit", n.unit());
      one.put("weight", n.weight());
      WeightErrors.Bounds bounds =
          errors == null ? null : errors.bounds(target, n.unit(), n.weight());
      if (bounds != null) {
        one.put("low", bounds.low());
        one.put("high", bounds.high());
      }
      put(one, captions.unit(n.unit()));
      list.add(one);
    }
    return list;
  }
}
