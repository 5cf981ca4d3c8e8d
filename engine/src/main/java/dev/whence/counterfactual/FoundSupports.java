package dev.whence.counterfactual;

import dev.whence.base.Json;
import dev.whence.evaluate.Interval;
import dev.whence.store.Study;
import dev.whence.store.StudyLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Supports of several targets that were sought in one way: {@code supports/NAME.json}.
 *
 * @param name of the way, such as sequential or sequential-near-relabelled
 * @param relabel whether examples got the runner-up class, instead of being taken out
 * @param limit largest size that was tried, k_max
 * @param options how they were sought, in words; supports that were sought otherwise replace them
 * @param supports by target, increasing
 */
public record FoundSupports(
    String name, boolean relabel, int limit, String options, List<Support> supports) {

  private static final String FOLDER = "supports";
  private static final String ENDING = ".json";

  /** Reads all that were found in a study, by name. */
  public static List<FoundSupports> read(Study study) throws IOException {
    Path folder = study.folder().resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<FoundSupports> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
        all.add(Json.read(file, FoundSupports.class));
      }
    }
    return all;
  }

  /** Writes these into a study, beside the other targets' that were sought in the same way. */
  public void write(Study study) throws IOException {
    Path folder = study.folder().resolve(FOLDER);
    Path file = folder.resolve(name + ENDING);
    try (StudyLock _ = study.lock(FOLDER, "whence support", folder)) {
      Files.createDirectories(folder);
      Map<Integer, Support> merged = new TreeMap<>();
      if (Files.exists(file)) {
        FoundSupports earlier = Json.read(file, FoundSupports.class);
        if (earlier.options.equals(options) && earlier.limit == limit) {
          earlier.supports.forEach(s -> merged.put(s.target(), s));
        }
      }
      supports.forEach(s -> merged.put(s.target(), s));
      Json.write(
          file, new FoundSupports(name, relabel, limit, options, List.copyOf(merged.values())));
    }
  }

  /** Returns the targets that models of the whole of S are right about. */
  public List<Support> rightBefore() {
    return supports.stream().filter(s -> s.size() == null || s.size() > 0).toList();
  }

  /** Returns the part of 0 … k_max in which a support's size is at most k; 0 without a support. */
  private double share(Support support) {
    Integer size = support.size();
    return size == null || size > limit ? 0 : 1 - (double) size / limit;
  }

  /**
   * Returns the area under the CDF of sizes, k from 0 to k_max over k_max, with its 95% interval
   * over targets; null of fewer than two targets that models of the whole of S are right about.
   * Targets without a support stay in the CDF.
   */
  public @Nullable Interval area() {
    Interval area = mean(rightBefore(), this::share);
    return area == null
        ? null
        : new Interval(area.value(), Math.max(0, area.low()), Math.min(1, area.high()));
  }

  /**
   * Returns by how much the area under this CDF exceeds the other's, over the targets that both
   * have; null of fewer than two.
   */
  public @Nullable Interval areaOver(FoundSupports other) {
    Map<Integer, Support> theirs = new TreeMap<>();
    other.rightBefore().forEach(s -> theirs.put(s.target(), s));
    List<Support> common =
        rightBefore().stream().filter(s -> theirs.containsKey(s.target())).toList();
    return mean(
        common,
        s -> {
          Support their = theirs.get(s.target());
          return share(s) - (their == null ? 0 : other.share(their));
        });
  }

  private static @Nullable Interval mean(List<Support> of, ToDoubleFunction<Support> value) {
    return of.size() < 2 ? null : Interval.ofMean(of.stream().mapToDouble(value).toArray());
  }

  /**
   * How many targets have a smaller, an equal and a larger support than by another way.
   *
   * @param smaller number of targets with a smaller support, or the only one
   * @param equal number of targets with supports of one size, or none
   * @param larger number of targets with a larger support, or none where the other has one
   */
  public record Counts(int smaller, int equal, int larger) {}

  /** Counts over the targets that both ways have. */
  public Counts against(FoundSupports other) {
    Map<Integer, Support> theirs = new TreeMap<>();
    other.rightBefore().forEach(s -> theirs.put(s.target(), s));
    int smaller = 0;
    int equal = 0;
    int larger = 0;
    for (Support mine : rightBefore()) {
      Support their = theirs.get(mine.target());
      if (their != null) {
        smaller += sizeOrNone(mine) < sizeOrNone(their) ? 1 : 0;
        equal += sizeOrNone(mine) == sizeOrNone(their) ? 1 : 0;
        larger += sizeOrNone(mine) > sizeOrNone(their) ? 1 : 0;
      }
    }
    return new Counts(smaller, equal, larger);
  }

  private static int sizeOrNone(Support support) {
    Integer size = support.size();
    return size == null ? Integer.MAX_VALUE : size;
  }
}
