package dev.whence.app;

import dev.whence.data.BadInputException;
import dev.whence.data.Dataset;
import dev.whence.data.Split;
import dev.whence.design.Units;
import dev.whence.explore.Neighbours;
import dev.whence.pool.Targets;
import dev.whence.regress.DatamodelStore;
import dev.whence.store.Json;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence similar}. */
@Command(
    name = "similar",
    mixinStandardHelpOptions = true,
    description = "Shows the training examples that raise and lower a target's output most.",
    footer = {"", "Examples:", "  whence similar S 17", "  whence similar S 17 --top 20 --json"})
final class SimilarCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "Index of the target.")
  private int target;

  @Option(names = "--top", paramLabel = "K", description = "Examples of each sign [10].")
  private int top = 10;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Study open = Study.open(study)) {
      DatamodelStore store = DatamodelStore.finished(open);
      if (target < 0 || target >= open.manifest().targets()) {
        throw BadInputException.at("TARGET", "0…" + (open.manifest().targets() - 1), target);
      }
      if (top < 1) {
        throw BadInputException.at("--top", "at least 1", top);
      }
      Neighbours neighbours = Neighbours.of(target, store.weights(target), top);
      Names names = Names.of(open);
      if (json) {
        System.out.print(Json.text(tree(neighbours, names)));
      } else {
        print(neighbours, names);
      }
    }
    return 0;
  }

  private static void print(Neighbours neighbours, Names names) {
    System.out.println("target " + neighbours.target() + names.target(neighbours.target()));
    System.out.println("raise the output most:");
    neighbours.positive().forEach(n -> print(n, names));
    System.out.println("lower it most:");
    neighbours.negative().forEach(n -> print(n, names));
  }

  private static void print(Neighbours.Neighbour n, Names names) {
    System.out.println("  %+.4f  unit %d%s".formatted(n.weight(), n.unit(), names.unit(n.unit())));
  }

  private static Map<String, Object> tree(Neighbours neighbours, Names names) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("target", neighbours.target());
    tree.put("label", names.target(neighbours.target()).strip());
    tree.put("positive", list(neighbours.positive(), names));
    tree.put("negative", list(neighbours.negative(), names));
    return tree;
  }

  private static List<Map<String, Object>> list(List<Neighbours.Neighbour> all, Names names) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Neighbours.Neighbour n : all) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("unit", n.unit());
      one.put("weight", n.weight());
      one.put("label", names.unit(n.unit()).strip());
      list.add(one);
    }
    return list;
  }

  /** What units and targets are called, where the study has a dataset. */
  private record Names(@Nullable Split data, @Nullable Units units, boolean trainTargets) {
    static Names of(Study study) throws IOException {
      if (study.manifest().data() == null) {
        return new Names(null, null, false);
      }
      Split data = study.data();
      return new Names(
          data,
          Targets.units(study.manifest(), data.train()),
          study.manifest().data().trainTargets());
    }

    String unit(int unit) {
      if (data == null || units == null) {
        return "";
      }
      return units.count() == data.train().rows()
          ? "  " + data.train().labels().text(unit)
          : "  " + units.names().get(unit);
    }

    String target(int target) {
      int row = target;
      for (Dataset set : data == null ? List.<Dataset>of() : Targets.sets(data, trainTargets)) {
        if (row < set.rows()) {
          return "  " + set.labels().text(row);
        }
        row -= set.rows();
      }
      return "";
    }
  }
}
