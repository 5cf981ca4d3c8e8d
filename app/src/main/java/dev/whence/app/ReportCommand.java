package dev.whence.app;

import dev.whence.data.BadInputException;
import dev.whence.evaluate.Evaluation;
import dev.whence.report.Report;
import dev.whence.store.Json;
import dev.whence.store.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code whence report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Writes STUDY/report/index.html, one file with everything in it, and its figures as SVG and PNG.",
    footer = {"", "Example:", "  whence evaluate S && whence report S"})
final class ReportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "STUDY", description = "Folder of the study.")
  private Path study = Path.of("");

  @Override
  public Integer call() throws IOException {
    try (Study open = Study.openForWriting(study, "whence report")) {
      Path file = study.resolve("evaluation.json");
      if (!Files.exists(file)) {
        throw BadInputException.at(study, "an evaluation (whence evaluate)", "none");
      }
      print(Report.write(open, Json.read(file, Evaluation.class)));
    }
    return 0;
  }

  static void print(Report.Written report) {
    System.out.println("report: " + report.page().toUri());
    if (!report.pictures()) {
      System.err.println("whence: no PNG figures: the system has no fonts (install fontconfig)");
    }
  }
}
