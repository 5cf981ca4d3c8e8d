package dev.whence.report;

import dev.whence.reproduce.FeatureFrequencies;
import dev.whence.reproduce.NeighbourPlane;
import dev.whence.reproduce.OutputNormality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the experiments of the papers that are no study's, as SVG and PNG. */
public final class PaperFigures {

  private static final int BARS = 20;
  private static final double SMALLEST_DOT = 3;
  private static final double DOT = 9;

  private PaperFigures() {}

  /**
   * Draws Figure B.1: agreement against α, a line for each frequency.
   *
   * @param points at least one α
   */
  public static void write(List<FeatureFrequencies.Point> points, Path folder) throws IOException {
    double[] alphas = points.stream().mapToDouble(FeatureFrequencies.Point::alpha).toArray();
    double[] all = points.stream().mapToDouble(FeatureFrequencies.Point::correlation).toArray();
    Chart chart =
        new Chart(
            "Effects of groups, predicted by datamodels of α-subsets",
            Scale.linear("α", Figures.min(alphas), Figures.max(alphas)),
            Scale.linear("correlation with actual effects", Figures.min(all), Figures.max(all)));
    List<Double> frequencies = FeatureFrequencies.FREQUENCIES;
    for (int f = 0; f < frequencies.size(); f++) {
      double p = frequencies.get(f);
      List<FeatureFrequencies.Point> own =
          points.stream().filter(point -> point.frequency() == p).toList();
      chart.line(
          "p = " + p,
          Chart.PALETTE.get(f),
          own.stream().mapToDouble(FeatureFrequencies.Point::alpha).toArray(),
          own.stream().mapToDouble(FeatureFrequencies.Point::correlation).toArray());
    }
    chart.write(folder, "figure-b1");
  }

  /** Draws Figure 15, a picture for each α: red examples have positive weights, blue negative. */
  public static List<String> write(NeighbourPlane plane, List<Double> alphas, Path folder)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (double alpha : alphas) {
      double[] weights = plane.weights(alpha);
      double largest = 0;
      for (double w : weights) {
        largest = Math.max(largest, Math.abs(w));
      }
      Chart chart =
          new Chart(
              String.format(
                  Locale.ROOT, "Nearest neighbour, α = %.2f: weights for the yellow target", alpha),
              new Scale("", -1, 1, false),
              new Scale("", -1, 1, false));
      for (int i = 0; i < weights.length; i++) {
        double share = Math.abs(weights[i]) / largest;
        double radius = SMALLEST_DOT + (DOT - SMALLEST_DOT) * Math.sqrt(share);
        String colour = weights[i] > 0 ? "#c53030" : Chart.BLUE;
        chart.dot(colour, 0.08 + 0.92 * share, radius, plane.x()[i], plane.y()[i]);
      }
      chart.dot("#ecc94b", 1, DOT, 0, 0);
      String name = String.format(Locale.ROOT, "figure-15-a%02.0f", 100 * alpha);
      chart.write(folder, name);
      names.add(name);
    }
    return names;
  }

  /** Draws Figure C.1, a picture for each output: how often which p-value. */
  public static void write(OutputNormality tested, Path folder) throws IOException {
    double[] edges = new double[BARS + 1];
    double[] heights = new double[BARS];
    for (int b = 0; b <= BARS; b++) {
      edges[b] = (double) b / BARS;
    }
    double most = 1;
    for (double p : tested.pValues()) {
      int bin = Math.min(BARS - 1, (int) (p * BARS));
      heights[bin]++;
      most = Math.max(most, heights[bin]);
    }
    new Chart(
            "Normality of the %s".formatted(tested.output().replace('_', ' ')),
            new Scale(
                "p-value over %d models on one subset".formatted(tested.models()), 0, 1, false),
            new Scale("targets", 0, 1.05 * most, false))
        .bars(Chart.BLUE, edges, heights)
        .write(folder, "figure-c1-" + tested.output().replace('_', '-'));
  }
}
