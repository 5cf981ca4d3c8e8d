package dev.whence.report;

import dev.whence.counterfactual.Counterfactuals;
import dev.whence.counterfactual.FoundSupports;
import dev.whence.counterfactual.Support;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Figures of what was measured by training without sets of units, each with the number of the
 * figure of Ilyas et al. 2022 that it follows.
 */
final class CounterfactualFigures {

  /** Number of single targets that are drawn. */
  private static final int SINGLE = 5;

  /** Two standard errors are drawn above and below a measured mean. */
  private static final double ERRORS = 2;

  private CounterfactualFigures() {}

  /** Returns the figures of measured changes by file name. */
  static Map<String, Chart> of(Counterfactuals found) {
    Map<String, Chart> figures = new LinkedHashMap<>();
    figures.put("counterfactuals", predictedMeasured(found));
    if (sizes(found.points()) > 1) {
      figures.put("change-by-size", meanChange(found));
      figures.put("change-of-single-targets", singleTargets(found));
    }
    if (found.retrainings().size() > 1) {
      figures.put("retrainings", retrainings(found));
    }
    return figures;
  }

  /** Returns the figures of supports by file name. */
  static Map<String, Chart> of(List<FoundSupports> supports) {
    Map<String, Chart> figures = new LinkedHashMap<>();
    for (boolean relabel : new boolean[] {false, true}) {
      List<FoundSupports> own = supports.stream().filter(s -> s.relabel() == relabel).toList();
      if (own.stream().anyMatch(s -> s.rightBefore().size() > 1)) {
        figures.put(relabel ? "mislabelling-supports" : "supports", cdfs(own, relabel));
      }
    }
    Chart estimates = estimates(supports);
    if (estimates != null) {
      figures.put("support-estimates", estimates);
    }
    return figures;
  }

  private static long sizes(List<Counterfactuals.Point> points) {
    return points.stream().mapToInt(Counterfactuals.Point::size).distinct().count();
  }

  private static <T> double[] numbers(List<T> of, ToDoubleFunction<T> number) {
    return of.stream().mapToDouble(number).toArray();
  }

  private static Map<String, List<Counterfactuals.Point>> byKind(
      List<Counterfactuals.Point> points) {
    return points.stream()
        .collect(
            Collectors.groupingBy(
                Counterfactuals.Point::kind, LinkedHashMap::new, Collectors.toList()));
  }

  private static Chart series(Chart chart, List<String> names, Adder adder) {
    for (int i = 0; i < names.size(); i++) {
      adder.add(names.get(i), Chart.PALETTE.get(i % Chart.PALETTE.size()));
    }
    return chart;
  }

  /** Adds a series in a colour. */
  private interface Adder {
    void add(String name, String colour);
  }

  /** Figure 8: measured against predicted changes. */
  private static Chart predictedMeasured(Counterfactuals found) {
    double[] best = numbers(found.points(), Counterfactuals.Point::best);
    double[] measured = numbers(found.points(), Counterfactuals.Point::measured);
    double low = Math.min(Figures.min(best), Figures.min(measured));
    double high = Math.max(Figures.max(best), Figures.max(measured));
    Scale x = Scale.linear("predicted change of the " + found.fit().output(), low, high);
    Scale y = Scale.linear("measured, mean of %d models".formatted(found.models()), low, high);
    Chart chart = new Chart("Taking sets of units out: predicted and measured", x, y).diagonal();
    Map<String, List<Counterfactuals.Point>> kinds = byKind(found.points());
    return series(
        chart,
        List.copyOf(kinds.keySet()),
        (kind, colour) -> {
          List<Counterfactuals.Point> own = kinds.getOrDefault(kind, List.of());
          chart.dots(
              kind,
              colour,
              numbers(own, Counterfactuals.Point::best),
              numbers(own, Counterfactuals.Point::measured));
        });
  }

  /** Mean change of a kind of set at one size. */
  private record Mean(int size, double measured, double predicted, double error) {
    static Mean of(List<Counterfactuals.Point> points) {
      double mean =
          points.stream().mapToDouble(Counterfactuals.Point::measured).average().orElse(0);
      double squares = points.stream().mapToDouble(p -> Math.pow(p.measured() - mean, 2)).sum();
      int n = points.size();
      return new Mean(
          points.getFirst().size(),
          mean,
          points.stream().mapToDouble(Counterfactuals.Point::best).average().orElse(0),
          n > 1 ? Math.sqrt(squares / (n - 1) / n) : Double.NaN);
    }
  }

  /** Figure F.4: the mean change over targets against the number of units taken out. */
  private static Chart meanChange(Counterfactuals found) {
    Map<String, List<Mean>> means = new LinkedHashMap<>();
    byKind(found.points())
        .forEach(
            (kind, points) ->
                means.put(
                    kind,
                    points.stream()
                        .collect(Collectors.groupingBy(Counterfactuals.Point::size))
                        .values()
                        .stream()
                        .map(Mean::of)
                        .sorted(Comparator.comparingInt(Mean::size))
                        .toList()));
    List<Mean> all = means.values().stream().flatMap(List::stream).toList();
    double[] measured = numbers(all, Mean::measured);
    double[] predicted = numbers(all, Mean::predicted);
    Chart chart =
        new Chart(
            "Mean change over targets (dashed: predicted)",
            Scale.logarithmic(
                "units taken out",
                Figures.min(numbers(all, Mean::size)),
                Figures.max(numbers(all, Mean::size))),
            Scale.linear(
                "change of the " + found.fit().output(),
                Math.min(Figures.min(measured), Figures.min(predicted)),
                Math.max(Figures.max(measured), Figures.max(predicted))));
    return series(
        chart,
        List.copyOf(means.keySet()),
        (kind, colour) -> {
          List<Mean> own = means.getOrDefault(kind, List.of());
          double[] sizes = numbers(own, Mean::size);
          chart
              .dashed(colour, sizes, numbers(own, Mean::predicted))
              .intervals(
                  colour,
                  sizes,
                  numbers(own, m -> m.measured - ERRORS * m.error),
                  numbers(own, m -> m.measured + ERRORS * m.error))
              .line(kind, colour, sizes, numbers(own, Mean::measured));
        });
  }

  /** Figure F.1: measured and predicted changes of single targets against the number of units. */
  private static Chart singleTargets(Counterfactuals found) {
    String kind = found.points().getFirst().kind();
    List<Counterfactuals.Point> points =
        found.points().stream()
            .filter(p -> p.kind().equals(kind))
            .sorted(Comparator.comparingInt(Counterfactuals.Point::size))
            .toList();
    List<Integer> targets =
        points.stream().map(Counterfactuals.Point::target).distinct().limit(SINGLE).toList();
    List<Counterfactuals.Point> shown =
        points.stream().filter(p -> targets.contains(p.target())).toList();
    double[] measured = numbers(shown, Counterfactuals.Point::measured);
    double[] predicted = numbers(shown, Counterfactuals.Point::best);
    Chart chart =
        new Chart(
            "Single targets, %s units out (dashed: predicted)".formatted(kind),
            Scale.logarithmic("units taken out", shown.getFirst().size(), shown.getLast().size()),
            Scale.linear(
                "change of the " + found.fit().output(),
                Math.min(Figures.min(measured), Figures.min(predicted)),
                Math.max(Figures.max(measured), Figures.max(predicted))));
    return series(
        chart,
        targets.stream().map("target %d"::formatted).toList(),
        (name, colour) -> {
          List<Counterfactuals.Point> own =
              shown.stream().filter(p -> name.equals("target " + p.target())).toList();
          double[] sizes = numbers(own, Counterfactuals.Point::size);
          chart
              .dashed(colour, sizes, numbers(own, Counterfactuals.Point::best))
              .intervals(
                  colour,
                  sizes,
                  numbers(own, p -> p.measured() - ERRORS * p.standardError()),
                  numbers(own, p -> p.measured() + ERRORS * p.standardError()))
              .line(name, colour, sizes, numbers(own, Counterfactuals.Point::measured));
        });
  }

  /** Figure F.5: agreement against the number of models that measure. */
  private static Chart retrainings(Counterfactuals found) {
    double[] models = numbers(found.retrainings(), Counterfactuals.Retrainings::models);
    double[] pearson = numbers(found.retrainings(), Counterfactuals.Retrainings::pearson);
    double[] spearman = numbers(found.retrainings(), Counterfactuals.Retrainings::spearman);
    double low = Math.min(Figures.min(pearson), Figures.min(spearman));
    return new Chart(
            "Agreement against the number of models without each set",
            Scale.logarithmic("models", models[0], models[models.length - 1]),
            Scale.linear("correlation of predicted and measured", low, 1))
        .line("Pearson", Chart.BLUE, models, pearson)
        .line("Spearman", Chart.ORANGE, models, spearman);
  }

  /**
   * Figure 7, and F.3 where examples are relabelled: the share of targets with supports up to k.
   */
  private static Chart cdfs(List<FoundSupports> supports, boolean relabel) {
    int limit = supports.stream().mapToInt(FoundSupports::limit).max().orElse(1);
    Chart chart =
        new Chart(
            relabel ? "Mislabelling supports" : "Data supports",
            new Scale(relabel ? "units relabelled, k" : "units taken out, k", 0, limit, false),
            new Scale("share of targets with a support of at most k", 0, 1, false));
    Map<String, FoundSupports> byName =
        supports.stream()
            .collect(
                Collectors.toMap(
                    FoundSupports::name, Function.identity(), (a, _) -> a, LinkedHashMap::new));
    return series(
        chart,
        List.copyOf(byName.keySet()),
        (name, colour) -> {
          FoundSupports own = byName.get(name);
          if (own != null) {
            chart.cdf(name, colour, numbers(own.rightBefore(), CounterfactualFigures::size));
          }
        });
  }

  private static double size(Support support) {
    Integer size = support.size();
    return size == null ? Double.POSITIVE_INFINITY : size;
  }

  /** Figure F.2: sizes found by training against sizes predicted without. */
  private static @Nullable Chart estimates(List<FoundSupports> supports) {
    FoundSupports predicted = named(supports, "predicted");
    FoundSupports measured = named(supports, "sequential");
    measured = measured == null ? named(supports, "guided") : measured;
    if (predicted == null || measured == null) {
      return null;
    }
    Map<Integer, Support> estimates = new LinkedHashMap<>();
    predicted.rightBefore().forEach(s -> estimates.put(s.target(), s));
    List<double[]> pairs = new ArrayList<>();
    for (Support support : measured.rightBefore()) {
      Support estimate = estimates.get(support.target());
      if (estimate != null && estimate.size() != null && support.size() != null) {
        pairs.add(new double[] {size(estimate), size(support)});
      }
    }
    if (pairs.size() < 2) {
      return null;
    }
    double high = Math.max(predicted.limit(), measured.limit());
    double[] xs = numbers(pairs, p -> p[0]);
    double[] ys = numbers(pairs, p -> p[1]);
    double low = Math.min(Figures.min(xs), Figures.min(ys));
    return new Chart(
            "Supports predicted without training, and found",
            Scale.logarithmic("predicted size", low, high),
            Scale.logarithmic("size found: " + measured.name(), low, high))
        .diagonal()
        .dots("targets", Chart.BLUE, xs, ys);
  }

  private static @Nullable FoundSupports named(List<FoundSupports> supports, String name) {
    return supports.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
  }
}
