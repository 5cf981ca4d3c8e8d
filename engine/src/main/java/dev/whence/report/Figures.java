package dev.whence.report;

import dev.whence.attribute.Leaderboard;
import dev.whence.evaluate.Evaluation;
import dev.whence.evaluate.Interval;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The figures of the report, each with the number of the figure of Ilyas et al. 2022 that it
 * follows.
 */
final class Figures {

  private static final int BINS = 60;
  private static final int BARS = 30;

  private Figures() {}

  /**
   * Returns the figures by file name.
   *
   * @param predicted predictions for (target, subset) pairs
   * @param actual mean outputs of the same pairs
   */
  static Map<String, Chart> of(Evaluation evaluation, double[] predicted, double[] actual) {
    Map<String, Chart> figures = new LinkedHashMap<>();
    figures.put("predicted-actual", predictedActual(evaluation, predicted, actual));
    if (evaluation.sampleComplexity().size() > 1) {
      figures.put("sample-complexity", sampleComplexity(evaluation));
    }
    figures.put("sparsity", sparsity(evaluation.sparsity().counts()));
    if (!evaluation.regularization().isEmpty()) {
      figures.put("regularization", regularization(evaluation.regularization()));
    }
    return figures;
  }

  /** Agreement of methods with held-out runs, against the time that they take. */
  static Chart of(Leaderboard board) {
    Map<String, List<Leaderboard.Row>> methods =
        board.rows().stream()
            .filter(row -> row.lds() != null)
            .sorted(Comparator.comparingDouble(Leaderboard.Row::seconds))
            .collect(
                Collectors.groupingBy(
                    Leaderboard.Row::method, LinkedHashMap::new, Collectors.toList()));
    double[] seconds = board.rows().stream().mapToDouble(Figures::time).toArray();
    double[] values =
        board.rows().stream()
            .flatMap(row -> Stream.ofNullable(row.lds()))
            .mapToDouble(Interval::value)
            .toArray();
    Interval ceiling = board.ceiling();
    double high = ceiling == null ? max(values) : Math.max(max(values), ceiling.value());
    Chart chart =
        new Chart(
            "Methods: agreement and time",
            Scale.logarithmic("seconds, with the training of models", min(seconds), max(seconds)),
            Scale.linear("LDS on held-out subsets", Math.min(0, min(values)), high));
    int colour = 0;
    for (Map.Entry<String, List<Leaderboard.Row>> method : methods.entrySet()) {
      List<Leaderboard.Row> own = method.getValue();
      chart.line(
          method.getKey(),
          Chart.PALETTE.get(colour++ % Chart.PALETTE.size()),
          own.stream().mapToDouble(Figures::time).toArray(),
          own.stream()
              .flatMap(row -> Stream.ofNullable(row.lds()))
              .mapToDouble(Interval::value)
              .toArray());
    }
    return ceiling == null ? chart : chart.rule("perfect predictor", Chart.GREY, ceiling.value());
  }

  private static double time(Leaderboard.Row row) {
    return Math.max(0.1, row.seconds());
  }

  /** Figure 5: predictions against mean outputs on held-out subsets. */
  private static Chart predictedActual(Evaluation evaluation, double[] predicted, double[] actual) {
    double low = Math.min(min(predicted), min(actual));
    double high = Math.max(max(predicted), max(actual));
    Scale x = Scale.linear("predicted " + evaluation.fit().output(), low, high);
    int times = evaluation.heldOut().times();
    String of = times > 1 ? "actual, mean of %d models".formatted(times) : "actual, one model";
    Scale y = Scale.linear(of, low, high);
    double[] edges = edges(x.low(), x.high(), BINS);
    int[][] counts = new int[BINS][BINS];
    for (int i = 0; i < predicted.length; i++) {
      counts[bin(x, predicted[i], BINS)][bin(y, actual[i], BINS)]++;
    }
    return new Chart("Predicted and actual outputs, unseen subsets", x, y)
        .density(Chart.BLUE, edges, edges, counts)
        .diagonal();
  }

  /** Figure 6: error against the number of models. */
  private static Chart sampleComplexity(Evaluation evaluation) {
    List<Evaluation.SamplePoint> points = evaluation.sampleComplexity();
    double[] m = points.stream().mapToDouble(Evaluation.SamplePoint::models).toArray();
    double[] mse = intervals(points, Interval::value);
    double[] low = intervals(points, Interval::low);
    double[] high = intervals(points, Interval::high);
    Interval opt = evaluation.scores().opt();
    Scale y = Scale.linear("mean squared error (with ½)", 0, max(high));
    Chart chart =
        new Chart(
                "Error against the number of models (95% intervals)",
                Scale.logarithmic("models m", m[0], m[m.length - 1]), y)
            .intervals(Chart.BLUE, m, low, high)
            .line("datamodels", Chart.BLUE, m, mse);
    return opt == null ? chart : chart.rule("OPT: retraining noise", Chart.ORANGE, opt.value());
  }

  private static double[] intervals(
      List<Evaluation.SamplePoint> points, ToDoubleFunction<Interval> part) {
    return points.stream().mapToDouble(p -> part.applyAsDouble(p.mse())).toArray();
  }

  /** Figure E.1: how many weights are not zero. */
  private static Chart sparsity(int[] counts) {
    double[] values = Arrays.stream(counts).asDoubleStream().toArray();
    Scale x = Scale.linear("non-zero weights of a target", min(values), max(values));
    double[] edges = edges(x.low(), x.high(), BARS);
    double[] heights = new double[BARS];
    for (double value : values) {
      heights[bin(x, value, BARS)]++;
    }
    return new Chart("Sparsity", x, new Scale("targets", 0, 1.05 * max(heights), false))
        .bars(Chart.BLUE, edges, heights);
  }

  /** Figure E.2: error on seen and unseen subsets along the path. */
  private static Chart regularization(List<Evaluation.LambdaPoint> points) {
    double[] x = points.stream().mapToDouble(Evaluation.LambdaPoint::fraction).toArray();
    double[] seen = points.stream().mapToDouble(Evaluation.LambdaPoint::seen).toArray();
    double[] unseen = points.stream().mapToDouble(Evaluation.LambdaPoint::unseen).toArray();
    return new Chart(
            "The role of λ",
            Scale.logarithmic("λ / λ_max", min(x), max(x)),
            Scale.linear("squared error / variance", 0, Math.max(max(seen), max(unseen))))
        .line("subsets fitted to", Chart.GREY, x, seen)
        .line("unseen subsets", Chart.BLUE, x, unseen);
  }

  private static double[] edges(double low, double high, int bins) {
    double[] edges = new double[bins + 1];
    Arrays.setAll(edges, i -> low + (high - low) * i / bins);
    return edges;
  }

  private static int bin(Scale scale, double value, int bins) {
    return Math.clamp((int) (scale.position(value) * bins), 0, bins - 1);
  }

  static double min(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
  }

  static double max(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
  }
}
