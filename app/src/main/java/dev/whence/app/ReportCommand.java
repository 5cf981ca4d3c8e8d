package dev.whence.app;

import dev.whence.base.BadInputException;
import dev.whence.evaluate.Evaluator;
import dev.whence.report.Report;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whence report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Writes STUDY/report/index.html, one file with everything in it, and its figures as SVG and PNG.",
    footer = {
      "",
      "Examples:",
      "  whence evaluate S && whence report S",
      "  whence evaluate S --scores datamodels,trak && whence report S --scores datamodels,trak"
    })
final class ReportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Option(names = "--out", paramLabel = "DIR", description = "Folder to write to [STUDY/report].")
  private @Nullable Path out;

  @Mixin private ScoresOption scores = new ScoresOption();

  @Override
  public Integer call() throws IOException {
    Path folder = out == null ? study.resolve("report") : out;
    Study open = Study.open(study);
    Evaluator.Result result = scores.names().isEmpty() ? Evaluator.Result.read(open) : null;
    if (out == null && !Files.isWritable(study)) {
      throw BadInputException.at(study, "a study that can be written to, or --out DIR", "neither");
    }
    print(
        result == null
            ? Report.write(open, scores.open(open), folder)
            : Report.write(open, result, folder));
    return 0;
  }

  static void print(Report.Written report) {
    System.out.println("report: " + report.page().toUri());
    if (!report.pictures()) {
      System.err.println("whence: no PNG figures: the system has no fonts (install fontconfig)");
    }
  }
}
