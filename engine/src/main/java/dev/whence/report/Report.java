package dev.whence.report;

import dev.whence.attribute.Leaderboard;
import dev.whence.base.AtomicFile;
import dev.whence.base.Json;
import dev.whence.base.Key;
import dev.whence.base.Purpose;
import dev.whence.counterfactual.BrittleExample;
import dev.whence.counterfactual.Counterfactuals;
import dev.whence.counterfactual.FoundSupports;
import dev.whence.evaluate.Evaluator;
import dev.whence.explore.Captions;
import dev.whence.explore.Neighbours;
import dev.whence.regress.FitOptions;
import dev.whence.regress.NamedScores;
import dev.whence.regress.WeightErrors;
import dev.whence.store.Manifest;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code report/index.html}, a page that needs no other file, and its figures as SVG and PNG
 * beside it.
 */
public final class Report {

  private static final int SHOWN_TARGETS = 24;
  private static final int SHOWN_UNITS = 5;
  private static final int SHOWN_EXAMPLE = 60;

  private final Study study;
  private final Evaluator.@Nullable Result result;
  private final List<NamedScores> scores;
  private final Captions captions;
  private final Map<String, WeightErrors> errors = new LinkedHashMap<>();
  private final Path folder;

  private Report(
      Study study, Evaluator.@Nullable Result result, List<NamedScores> scores, Path folder)
      throws IOException {
    this.study = study;
    this.result = result;
    this.scores = scores;
    this.folder = folder;
    captions = Captions.of(study);
    for (NamedScores one : scores) {
      WeightErrors own = WeightErrors.of(study, one);
      if (own != null) {
        errors.put(one.name(), own);
      }
    }
  }

  /**
   * Where a report is, and whether its figures are there as PNG.
   *
   * @param page path of {@code index.html}
   * @param pictures whether the figures could be written as PNG too
   */
  public record Written(Path page, boolean pictures) {}

  /**
   * Writes the report of an evaluated study.
   *
   * @param folder folder that the files are written to
   */
  public static Written write(Study study, Evaluator.Result result, Path folder)
      throws IOException {
    NamedScores datamodels = NamedScores.open(study, NamedScores.DATAMODELS);
    return new Report(study, result, List.of(datamodels), folder).write();
  }

  /**
   * Writes a report of scores side by side; all of them must have been judged.
   *
   * @param folder folder that the files are written to
   */
  public static Written write(Study study, List<NamedScores> scores, Path folder)
      throws IOException {
    return new Report(study, null, scores, folder).write();
  }

  private Written write() throws IOException {
    Map<String, Chart> figures =
        result == null
            ? Map.of()
            : Figures.of(result.evaluation(), result.pairs().predicted(), result.pairs().actual());
    Counterfactuals counterfactuals = counterfactuals();
    if (counterfactuals != null) {
      figures = new LinkedHashMap<>(figures);
      figures.putAll(CounterfactualFigures.of(counterfactuals));
    }
    List<FoundSupports> supports = result == null ? List.of() : FoundSupports.read(study);
    if (!supports.isEmpty()) {
      figures = new LinkedHashMap<>(figures);
      figures.putAll(CounterfactualFigures.of(supports));
    }
    Leaderboard board = result == null ? null : Leaderboard.read(study);
    if (board != null && !board.rows().isEmpty()) {
      figures = new LinkedHashMap<>(figures);
      figures.put("leaderboard", Figures.of(board));
    }
    boolean pictures = true;
    StringBuilder charts = new StringBuilder();
    for (Map.Entry<String, Chart> figure : figures.entrySet()) {
      pictures &= figure.getValue().write(folder, figure.getKey());
      charts
          .append("<figure id='%s'>".formatted(figure.getKey()))
          .append(figure.getValue().svg())
          .append("</figure>\n");
    }
    String page =
        TEMPLATE
            .replace("{{summary}}", summary())
            .replace("{{findings}}", findings())
            .replace("{{example}}", example())
            .replace("{{charts}}", charts)
            .replace("{{supports}}", supports(supports))
            .replace("{{targets}}", targets())
            .replace("{{manifest}}", Chart.escape(Json.text(study.manifest())));
    Path file = folder.resolve("index.html");
    AtomicFile.write(file, ByteBuffer.wrap(page.getBytes(StandardCharsets.UTF_8)));
    return new Written(file, pictures);
  }

  /** Returns what was measured by training again, if it is about the datamodels of the report. */
  private @Nullable Counterfactuals counterfactuals() throws IOException {
    return result == null ? null : Counterfactuals.read(study, scores.getFirst());
  }

  /** Returns a prediction that hangs on a few units, with their pictures. */
  private String example() throws IOException {
    BrittleExample example =
        result == null ? null : BrittleExample.read(study, scores.getFirst().fit());
    if (example == null) {
      return "";
    }
    float[] weights = scores.getFirst().rows().row(example.target());
    StringBuilder html = new StringBuilder("<h2>A prediction that hangs on a few examples</h2>");
    html.append("<p>")
        .append(Chart.escape(Findings.of(example, study.manifest(), captions)))
        .append("</p>");
    html.append("<article class='example'><div class='target'>")
        .append(card(example.target()))
        .append("</div><div class='row positive'>");
    List<Neighbours.Neighbour> shown =
        IntStream.of(example.units())
            .limit(SHOWN_EXAMPLE)
            .mapToObj(j -> new Neighbours.Neighbour(j, weights[j]))
            .toList();
    units(html, example.target(), shown, errors.get(scores.getFirst().name()));
    html.append("</div></article>");
    double sum = 0;
    for (int j : example.units()) {
      sum += weights[j];
    }
    html.append(
        String.format(
            Locale.ROOT,
            "<p>This is what a datamodel is: a number for each training example, its weight, that says how much the margin gains by it."
                + " The weights stand below the pictures; those of these examples sum to %+.2f. Weights were measured on models of random parts of the training set;"
                + " for models of all of it, predictions are corrected by what taking out other sets has shown (<a href='#counterfactuals'>figure</a>).</p><h2>How good the datamodels are</h2>",
            sum));
    return html.toString();
  }

  /** Returns a table of the supports that were found, by the way they were sought. */
  private static String supports(List<FoundSupports> supports) {
    if (supports.isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            "<h2>The few examples that predictions hang on</h2><table><tr><th>sought</th><th>targets</th>"
                + "<th>right before</th><th>found</th><th>verified</th><th>median size</th>"
                + "<th>area under the CDF (95%)</th></tr>");
    for (FoundSupports one : supports) {
      table.append("<tr>");
      for (String cell : Findings.row(one)) {
        table.append("<td>").append(Chart.escape(cell)).append("</td>");
      }
      table.append("</tr>");
    }
    return table.append("</table>").toString();
  }

  private String summary() {
    Manifest manifest = study.manifest();
    Manifest.Training training = manifest.training();
    FitOptions fit = scores.getFirst().fit();
    String runs = fit == null ? "" : "%,d ".formatted(fit.runs());
    return Chart.escape(
        training == null
            ? "%simported runs, %,d units, %,d targets"
                .formatted(runs, manifest.units(), manifest.targets())
            : "%s%s models on random %.0f%% subsets of %,d training %ss; %,d targets"
                .formatted(
                    runs,
                    training.learner().name(),
                    100 * training.design().alpha(),
                    manifest.units(),
                    training.design().unit(),
                    manifest.targets()));
  }

  private String findings() throws IOException {
    if (result == null) {
      return sideBySide();
    }
    StringBuilder list = new StringBuilder("<ul>");
    Findings.of(result.evaluation())
        .forEach(f -> list.append("<li>").append(Chart.escape(f)).append("</li>"));
    return list.append("</ul>").toString();
  }

  /** Returns a table of how well each of the scores agrees with the runs that judge it. */
  private String sideBySide() throws IOException {
    StringBuilder table =
        new StringBuilder(
            "<table><tr><th>scores</th><th>LDS (rank correlation with outputs, 95%)</th>"
                + "<th>a perfect predictor</th><th></th></tr>");
    for (NamedScores one : scores) {
      Evaluator.Judgement judged = Evaluator.Judgement.read(study, one.name());
      table.append("<tr>");
      for (String cell :
          List.of(
              one.name(),
              Findings.text(judged.agreement().lds()),
              Findings.text(judged.agreement().ldsCeiling()),
              Findings.judged(judged.runs(), one.runs()))) {
        table.append("<td>").append(Chart.escape(cell)).append("</td>");
      }
      table.append("</tr>");
    }
    return table.append("</table>").toString();
  }

  private String targets() throws IOException {
    StringBuilder html = new StringBuilder();
    for (int t : shownTargets()) {
      html.append(
              "<article style='grid-template-rows:auto'><div class='target' style='grid-row:span %d'>"
                  .formatted(3 * scores.size()))
          .append(card(t))
          .append("</div>");
      for (NamedScores one : scores) {
        Neighbours neighbours = Neighbours.of(t, one.rows().row(t), SHOWN_UNITS);
        if (result == null) {
          html.append("<b>").append(Chart.escape(one.name())).append("</b>");
        }
        html.append("<div class='row positive'>");
        units(html, t, neighbours.positive(), errors.get(one.name()));
        html.append("</div><div class='row negative'>");
        units(html, t, neighbours.negative(), errors.get(one.name()));
        html.append("</div>");
      }
      html.append("</article>\n");
    }
    return html.toString();
  }

  private int[] shownTargets() {
    int n = study.manifest().targets();
    int[] order = IntStream.range(0, n).toArray();
    Key.shuffle(order, n, new Key(study.manifest().seed(), Purpose.SAMPLE, -1).random());
    return IntStream.of(order).limit(SHOWN_TARGETS).sorted().toArray();
  }

  private String card(int target) throws IOException {
    Captions.Caption caption = captions.target(target);
    return "%s<b>%s</b><small>%s</small><small>target %d</small>"
        .formatted(
            picture(captions.targetExample(target)),
            Chart.escape(caption.label()),
            Chart.escape(more(caption)),
            target);
  }

  private static String picture(Captions.@Nullable Example example) throws IOException {
    return example == null ? "" : Thumbnails.img(example.set(), example.row());
  }

  /**
   * Returns the name of an example, else its place in the file that was read, followed by its
   * group.
   */
  private static String more(Captions.Caption caption) {
    String where = caption.name().isEmpty() ? caption.place() : caption.name();
    return caption.group().isEmpty() ? where : "%s (%s)".formatted(where, caption.group());
  }

  /** Returns the interval of a weight, for those who point at it. */
  private static String interval(
      int target, Neighbours.Neighbour neighbour, @Nullable WeightErrors errors) {
    WeightErrors.Bounds bounds =
        errors == null ? null : errors.bounds(target, neighbour.unit(), neighbour.weight());
    return bounds == null ? "" : "95%%: %+.3f to %+.3f".formatted(bounds.low(), bounds.high());
  }

  private void units(
      StringBuilder html,
      int target,
      List<Neighbours.Neighbour> neighbours,
      @Nullable WeightErrors errors)
      throws IOException {
    for (Neighbours.Neighbour neighbour : neighbours) {
      html.append("<span>")
          .append(unit(neighbour.unit()))
          .append(
              "<small title='%s'>%+.3f</small></span>"
                  .formatted(interval(target, neighbour, errors), neighbour.weight()));
    }
  }

  private String unit(int unit) throws IOException {
    Captions.Caption caption = captions.unit(unit);
    return "%s<small title='%s'>%s</small><small>unit %d</small>"
        .formatted(
            picture(captions.unitExample(unit)),
            Chart.escape(caption.toString()),
            Chart.escape(String.join(" ", caption.label(), more(caption)).strip()),
            unit);
  }

  private static final String TEMPLATE =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Whence report</title>
      <style>
      body { font: 16px/1.5 system-ui, "DejaVu Sans", Arial, sans-serif; color: #2d3748; background: #fff;
             max-width: 1120px; margin: 0 auto; padding: 1rem; }
      h1 { margin: 0; } .summary { color: #4a5568; margin-top: 0; }
      .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1rem; }
      figure { margin: 0; } figure svg { width: 100%; height: auto; }
      .targets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: .6rem; }
      article { display: grid; grid-template-columns: 84px 1fr; grid-template-rows: auto auto; gap: 2px 10px;
                border: 1px solid #e2e8f0; border-radius: 6px; padding: 8px; break-inside: avoid; }
      .target { grid-row: span 2; display: flex; flex-direction: column; font-size: 13px; }
      .target img { width: 72px; image-rendering: pixelated; }
      .row { display: flex; flex-wrap: wrap; gap: 6px; padding-left: 6px; min-height: 56px; }
      .row span { display: flex; flex-direction: column; width: 78px; font-size: 12px; line-height: 1.25; overflow: hidden; overflow-wrap: anywhere; }
      .row img { width: 48px; image-rendering: pixelated; }
      .example { grid-template-rows: auto; } .example .target { grid-row: span 1; }
      .positive { border-left: 4px solid #2b6cb0; } .negative { border-left: 4px solid #c05621; }
      table { border-collapse: collapse; } td, th { text-align: left; padding: 2px 1em 2px 0; }
      small { color: #4a5568; } pre { white-space: pre-wrap; font-size: 12px; }
      @media print { body { max-width: none; font-size: 11pt; } }
      </style></head><body>
      <h1>Whence</h1>
      <p class="summary">{{summary}}</p>
      {{example}}
      {{findings}}
      <div class="charts">
      {{charts}}</div>
      {{supports}}
      <h2>Where predictions come from</h2>
      <p>Random targets, each with the training examples whose presence raises its output most (blue) and lowers it most
      (orange). The number is its score: of a datamodel, the change of the output when that example is added.</p>
      <div class="targets">
      {{targets}}</div>
      <details><summary>Manifest</summary><pre>{{manifest}}</pre></details>
      </body></html>
      """;
}
