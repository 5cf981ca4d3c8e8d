package dev.whence.report;

import dev.whence.base.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure with two axes, drawn as SVG that stands by itself: in a page, in a file, in print.
 *
 * <p>Marks are drawn in the order in which they are added.
 */
final class Chart {

  static final String BLUE = "#2b6cb0";
  static final String ORANGE = "#c05621";
  static final String GREY = "#718096";

  /** Colours of series, in the order in which they are given to them. */
  static final List<String> PALETTE =
      List.of(
          BLUE, ORANGE, "#2f855a", "#6b46c1", GREY, "#b83280", "#b7791f", "#2c7a7b", "#9b2c2c",
          "#1a202c", "#68a0d8", "#e09f7a");

  private static final int WIDTH = 520;
  private static final int HEIGHT = 380;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 36;
  private static final int BOTTOM = 52;

  /** The legend stands below the figure, so that it covers nothing. */
  private static final int LEGEND_COLUMNS = 3;

  private static final int LEGEND_WIDTH = 150;
  private static final int LEGEND_ROW = 16;

  private final String title;
  private final Scale x;
  private final Scale y;
  private final StringBuilder marks = new StringBuilder();
  private final List<String[]> legend = new ArrayList<>();

  Chart(String title, Scale x, Scale y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  /** Adds a line through points, with a dot at each; points that are not finite break it. */
  Chart line(String name, String colour, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < xs.length; i++) {
      if (Double.isFinite(ys[i])) {
        path.append(pen ? 'L' : 'M').append(point(xs[i], ys[i], " "));
        marks.append(
            "<circle cx='%s' cy='%s' r='3' fill='%s'/>\n"
                .formatted(number(px(xs[i])), number(py(ys[i])), colour));
      }
      pen = Double.isFinite(ys[i]);
    }
    marks.append(
        "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>\n".formatted(path, colour));
    legend.add(new String[] {name, colour});
    return this;
  }

  /** Adds a dashed line through points, without dots and without a place in the legend. */
  Chart dashed(String colour, double[] xs, double[] ys) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      path.append(i == 0 ? 'M' : 'L').append(point(xs[i], ys[i], " "));
    }
    marks.append(
        "<path d='%s' fill='none' stroke='%s' stroke-width='1.5' stroke-dasharray='5 3'/>\n"
            .formatted(path, colour));
    return this;
  }

  /** Adds the share of values at or below x, as steps; values beyond the axis are not reached. */
  Chart cdf(String name, String colour, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    StringBuilder path = new StringBuilder("M").append(point(Math.max(0, x.low()), 0, " "));
    int below = 0;
    while (below < sorted.length && sorted[below] <= x.high()) {
      path.append('H').append(number(px(sorted[below])));
      below++;
      path.append('V').append(number(py((double) below / sorted.length)));
    }
    path.append('H').append(number(px(x.high())));
    marks.append(
        "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>\n".formatted(path, colour));
    legend.add(new String[] {name, colour});
    return this;
  }

  /** Adds a dot at each point. */
  Chart dots(String name, String colour, double[] xs, double[] ys) {
    for (int i = 0; i < xs.length; i++) {
      marks.append(
          "<circle cx='%s' cy='%s' r='2.5' fill='%s' fill-opacity='0.55'/>\n"
              .formatted(number(px(xs[i])), number(py(ys[i])), colour));
    }
    legend.add(new String[] {name, colour});
    return this;
  }

  /** Adds one dot. */
  Chart dot(String colour, double opacity, double radius, double xValue, double yValue) {
    marks.append(
        "<circle cx='%s' cy='%s' r='%s' fill='%s' fill-opacity='%.2f' stroke='#cbd5e0'/>\n"
            .formatted(number(px(xValue)), number(py(yValue)), number(radius), colour, opacity));
    return this;
  }

  /** Writes the figure as NAME.svg, and as NAME.png where the system has fonts; returns whether. */
  boolean write(Path folder, String name) throws IOException {
    String drawn = svg();
    byte[] bytes = drawn.getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.resolve(name + ".svg"), ByteBuffer.wrap(bytes));
    Optional<byte[]> png = Raster.png(drawn);
    if (png.isPresent()) {
      AtomicFile.write(folder.resolve(name + ".png"), ByteBuffer.wrap(png.get()));
    }
    return png.isPresent();
  }

  /** Adds a vertical bar from low to high at each point. */
  Chart intervals(String colour, double[] xs, double[] lows, double[] highs) {
    for (int i = 0; i < xs.length; i++) {
      if (Double.isFinite(lows[i]) && Double.isFinite(highs[i])) {
        segment(xs[i], lows[i], xs[i], highs[i], colour, "1.5", "");
      }
    }
    return this;
  }

  /** Adds a dashed line across the figure at height {@code value}. */
  Chart rule(String name, String colour, double value) {
    segment(x.low(), value, x.high(), value, colour, "1.5", " stroke-dasharray='6 4'");
    legend.add(new String[] {name, colour});
    return this;
  }

  /** Adds the line on which both axes show the same number. */
  Chart diagonal() {
    double low = Math.max(x.low(), y.low());
    double high = Math.min(x.high(), y.high());
    segment(low, low, high, high, GREY, "1", " stroke-dasharray='4 3'");
    return this;
  }

  /** Adds a bar for each bin, edges[i] to edges[i + 1]. */
  Chart bars(String colour, double[] edges, double[] heights) {
    for (int i = 0; i < heights.length; i++) {
      rectangle(edges[i], Math.max(y.low(), 0), edges[i + 1], heights[i], colour, 0.85);
    }
    return this;
  }

  /** Adds a cell for each non-empty bin of a grid, darker where there are more. */
  Chart density(String colour, double[] xEdges, double[] yEdges, int[][] counts) {
    int most = 1;
    for (int[] row : counts) {
      for (int count : row) {
        most = Math.max(most, count);
      }
    }
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts[i].length; j++) {
        if (counts[i][j] > 0) {
          double opacity = 0.12 + 0.88 * Math.log1p(counts[i][j]) / Math.log1p(most);
          rectangle(xEdges[i], yEdges[j], xEdges[i + 1], yEdges[j + 1], colour, opacity);
        }
      }
    }
    return this;
  }

  private void rectangle(
      double x0, double y0, double x1, double y1, String colour, double opacity) {
    marks.append(
        "<rect x='%s' y='%s' width='%s' height='%s' fill='%s' fill-opacity='%.2f'/>\n"
            .formatted(
                number(px(x0)),
                number(py(y1)),
                number(px(x1) - px(x0)),
                number(py(y0) - py(y1)),
                colour,
                opacity));
  }

  private void segment(
      double x0, double y0, double x1, double y1, String colour, String width, String more) {
    marks.append(
        "<path d='M%sL%s' fill='none' stroke='%s' stroke-width='%s'%s/>\n"
            .formatted(point(x0, y0, " "), point(x1, y1, " "), colour, width, more));
  }

  private double px(double value) {
    return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM);
  }

  private String point(double xValue, double yValue, String separator) {
    return number(px(xValue)) + separator + number(py(yValue));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Returns the figure as an SVG document. */
  String svg() {
    StringBuilder svg = new StringBuilder();
    int rows = legend.size() > 1 ? Math.ceilDiv(legend.size(), LEGEND_COLUMNS) : 0;
    int height = HEIGHT + LEGEND_ROW * rows + (rows > 0 ? 6 : 0);
    svg.append(
        """
        <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img' \
        font-family='system-ui, "DejaVu Sans", Arial, sans-serif' font-size='12' fill='#2d3748'>
        <title>%s</title>
        <rect width='100%%' height='100%%' fill='#ffffff'/>
        """
            .formatted(WIDTH, height, WIDTH, height, escape(title)));
    text(svg, LEFT, 20, "start", 14, "font-weight='600'", title);
    for (double tick : x.ticks()) {
      double at = px(tick);
      gridLine(svg, at, TOP, at, HEIGHT - BOTTOM);
      text(svg, at, HEIGHT - BOTTOM + 16, "middle", 11, "", Scale.text(tick));
    }
    for (double tick : y.ticks()) {
      double at = py(tick);
      gridLine(svg, LEFT, at, WIDTH - RIGHT, at);
      text(svg, LEFT - 6, at + 4, "end", 11, "", Scale.text(tick));
    }
    svg.append(marks);
    svg.append(
        "<path d='M%d %dV%dH%d' fill='none' stroke='#4a5568'/>\n"
            .formatted(LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT));
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", 12, "", x.label());
    int middle = (TOP + HEIGHT - BOTTOM) / 2;
    text(
        svg,
        14,
        middle,
        "middle",
        12,
        "transform='rotate(-90 14 %d)'".formatted(middle),
        y.label());
    for (int i = 0; legend.size() > 1 && i < legend.size(); i++) {
      int left = LEFT + i % LEGEND_COLUMNS * LEGEND_WIDTH;
      int row = HEIGHT + 12 + i / LEGEND_COLUMNS * LEGEND_ROW;
      svg.append(
          "<path d='M%d %dh18' stroke='%s' stroke-width='3'/>\n"
              .formatted(left, row - 4, legend.get(i)[1]));
      text(svg, left + 24, row, "start", 11, "", legend.get(i)[0]);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void gridLine(StringBuilder svg, double x0, double y0, double x1, double y1) {
    svg.append(
        "<path d='M%s %sL%s %s' stroke='#e2e8f0'/>\n"
            .formatted(number(x0), number(y0), number(x1), number(y1)));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, int size, String more, String text) {
    svg.append(
        "<text x='%s' y='%s' text-anchor='%s' font-size='%d' %s>%s</text>\n"
            .formatted(number(x), number(y), anchor, size, more, escape(text)));
  }

  /** Returns {@code text} with the characters that mean something to XML replaced. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
